import { RAW } from '../../src/web/microphone.ts';
import type { LiveEar } from './ear.ts';

/** The user's microphone, once allowed; undefined where the browser has none for this page. */
export const openStream = () => navigator.mediaDevices?.getUserMedia({ audio: RAW });

/** What a microphone pushes to: how much waits is asked at each look, and known at a later one. */
export function passTo(remote: LiveEar) {
  let waiting = 0;
  const look = async () => {
    waiting = await remote.waiting();
  };
  return {
    get waitingSeconds() {
      look().catch(() => {}); // the end tells what failed
      return waiting;
    },
    push: (samples: Float32Array | readonly Float32Array[]) => remote.push([samples].flat() as Float32Array[]),
    skip: (seconds: number) => remote.skip(seconds),
  };
}

/** What went wrong with a microphone, and what to do. */
export function wordsOf({ name, message }: Error): string {
  if (name === 'NotAllowedError')
    return 'The microphone was refused. Allow it for this page in the browser, and try again.';
  if (name === 'NotFoundError') return 'No microphone was found. Connect one, and try again.';
  if (name === 'NotReadableError') return 'The microphone cannot be read. Close what else uses it, and try again.';
  return message;
}
