import { joinSamples } from '../../src/audio/bytes.ts';
import { createMixer } from '../../src/audio/mix.ts';
import { SAMPLE_RATE, type Waveform } from '../../src/audio/waveform.ts';

/** Files whose sound is mostly AAC or Apple Lossless. */
const OF_BROWSER = /\.(m4a|mp4|aac|m4b|mov)$/i;
export const isOfBrowser = (name: string): boolean => OF_BROWSER.test(name);

/** What the browser's own decoder makes of a file, mono at 16 kHz. */
export async function decodeByBrowser(file: Blob): Promise<Waveform> {
  const context = new OfflineAudioContext(1, 1, SAMPLE_RATE); // decodes to its own rate
  const sound = await context.decodeAudioData(await file.arrayBuffer()).catch(() => {
    throw new Error('this browser cannot decode the file; convert it to WAV or FLAC');
  });
  const channels = Array.from({ length: sound.numberOfChannels }, (_, k) => sound.getChannelData(k));
  const mixer = createMixer(channels.length, SAMPLE_RATE);
  return { samples: joinSamples([mixer.push(channels), mixer.end()]), sampleRate: SAMPLE_RATE };
}
