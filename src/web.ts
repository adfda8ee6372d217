/**
 * Attune with a page's microphone: {@link openMicrophone} opens it for `recognizer.listen`.
 *
 * @module attune/web
 */
export { type Microphone, type MicrophoneOptions, openMicrophone } from './web/microphone.ts';
