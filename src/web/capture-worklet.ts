// Runs in the thread of sound: it hands on what a microphone records, some hundredths of a second at a time. It imports nothing, for it is
// loaded by its own address.

/** What a thread of sound has, which TypeScript's own declarations leave out. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** Samples handed on at a time. */
const BLOCK = 2048;

class Capture extends AudioWorkletProcessor {
  #channels: Float32Array<ArrayBuffer>[] = [];
  #filled = 0;

  /** @param inputs of one source, its channels, 128 samples each */
  process([source = []]: Float32Array[][]): boolean {
    if (!source.length) return true; // nothing is recorded yet
    if (source.length !== this.#channels.length) this.#begin(source.length);
    for (const [k, channel] of source.entries()) this.#channels[k]!.set(channel, this.#filled);
    this.#filled += source[0]!.length;
    if (this.#filled === BLOCK) {
      const full = this.#channels;
      this.port.postMessage(
        full,
        full.map(({ buffer }) => buffer),
      );
      this.#begin(source.length);
    }
    return true;
  }

  #begin(channels: number) {
    this.#channels = Array.from({ length: channels }, () => new Float32Array(BLOCK));
    this.#filled = 0;
  }
}

registerProcessor('attune-capture', Capture);
