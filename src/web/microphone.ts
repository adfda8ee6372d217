import { AttuneError } from '../errors.ts';
import type { Listener } from '../recognize/live/listener.ts';

/** Which microphone is opened. */
export interface MicrophoneOptions {
  /** of `navigator.mediaDevices.enumerateDevices()`; default: the one that the user or the browser chose */
  readonly deviceId?: string;
  /** sound that the page has already, such as a call's; it stays the page's to stop */
  readonly stream?: MediaStream;
}

/** A microphone that records. */
export interface Microphone {
  /** Hz: give it to `listen` */
  readonly sampleRate: number;
  /** what is recorded from here on goes to the listener; where that is too slow, it skips what it cannot hear in time */
  start(listener: Pick<Listener, 'push' | 'skip' | 'waitingSeconds'>): void;
  /** Records no more, and lets go of the microphone; what the listener has is still heard. */
  close(): Promise<void>;
}

/** As it is heard: what a browser does for calls would change the voice. */
export const RAW = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  channelCount: 1,
} as const;
/** Seconds that wait from which on sound is skipped, and until which. */
const [BEHIND, CAUGHT_UP] = [5, 1];

/**
 * Opens the microphone of a page, for `recognizer.listen`. The browser asks the user first. Whoever can be heard must be told; the sound
 * does not leave the page.
 *
 * @throws AttuneError `audio` where there is no microphone, it was refused or is taken, or the page is not a secure one
 *
 * @example
 * ```ts
 * import { loadRecognizer } from 'attune';
 * import { openMicrophone } from 'attune/web';
 *
 * async function listenFor(seconds: number) {
 *   const [recognizer, microphone] = await Promise.all([loadRecognizer(), openMicrophone()]);
 *   const { sampleRate } = microphone;
 *   const listener = recognizer.listen({ sampleRate, onEvent: (event) => console.log(event) });
 *   microphone.start(listener);
 *   await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
 *   await microphone.close();
 *   return (await listener.end()).answer;
 * }
 * if (typeof document !== 'undefined') console.log(await listenFor(10)); // in a page
 * ```
 */
export async function openMicrophone({ deviceId, stream: given }: MicrophoneOptions = {}): Promise<Microphone> {
  const stream = given ?? (await recorded(deviceId));
  let opened: AudioContext | undefined;
  const stop = async () => {
    if (!given) for (const track of stream.getTracks()) track.stop();
    if (opened && opened.state !== 'closed') await opened.close();
  };
  try {
    const context = new AudioContext({ latencyHint: 'interactive' });
    opened = context;
    await context.audioWorklet.addModule(new URL('./capture-worklet.js', import.meta.url));
    const capture = new AudioWorkletNode(context, 'attune-capture', { numberOfOutputs: 0 });
    context.createMediaStreamSource(stream).connect(capture);
    await context.resume();
    const { sampleRate } = context;
    return {
      sampleRate,
      start(listener) {
        const pass = createPass(listener, sampleRate);
        capture.port.onmessage = ({ data }: MessageEvent<Float32Array[]>) => pass(data);
      },
      async close() {
        capture.port.onmessage = null;
        await stop();
      },
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** Pushes blocks as they come, without waiting; skips them from where too much waits until the listener has caught up. */
export function createPass(listener: Pick<Listener, 'push' | 'skip' | 'waitingSeconds'>, sampleRate: number) {
  let skipped = 0;
  const unheard = () => {}; // `end` tells what failed
  return (channels: readonly Float32Array[]): void => {
    const { waitingSeconds } = listener;
    if (waitingSeconds > BEHIND || (skipped && waitingSeconds > CAUGHT_UP)) {
      skipped += channels[0]!.length;
      return;
    }
    if (skipped) listener.skip(skipped / sampleRate).catch(unheard);
    skipped = 0;
    listener.push(channels).catch(unheard);
  };
}

async function recorded(deviceId: string | undefined): Promise<MediaStream> {
  const devices = globalThis.navigator?.mediaDevices as MediaDevices | undefined;
  if (!devices)
    throw new AttuneError(
      'audio',
      'there is no microphone here: browsers open one for pages that come by https, or from this machine',
    );
  try {
    return await devices.getUserMedia({
      audio: { ...RAW, ...(deviceId !== undefined && { deviceId: { exact: deviceId } }) },
    });
  } catch (cause) {
    const { name, message } = cause as DOMException;
    throw new AttuneError('audio', REFUSALS[name] ?? `the microphone cannot be opened: ${message || name}`, { cause });
  }
}

/** By the name of what `getUserMedia` throws. */
const REFUSALS: Readonly<Record<string, string>> = {
  NotAllowedError: 'the microphone was refused: allow it for this page in the browser, and try again',
  NotFoundError: 'no microphone was found: connect one, and try again',
  NotReadableError: 'the microphone cannot be read: close what else uses it, and try again',
  OverconstrainedError: 'the microphone that was chosen is not there any more: choose another',
};
