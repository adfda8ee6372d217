export { type LoadedAudio, toWaveform } from './audio/load.ts';
export { SAMPLE_RATE, type Waveform } from './audio/waveform.ts';
export { AttuneError, type ErrorCode } from './errors.ts';
