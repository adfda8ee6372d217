import type { LiveEvent } from '../../src/recognize/live/events.ts';
import type { Shown, Told } from './told.ts';

/** Live sound on its way to a network. */
export interface LiveEar {
  /** @param samples [-1, 1], of each channel alike */
  push(samples: readonly Float32Array[]): Promise<void>;
  /** so many seconds could not be heard in time */
  skip(seconds: number): Promise<void>;
  /** sound that is not heard yet, s */
  waiting(): Promise<number>;
  /** resolves when the last event was told */
  end(): Promise<void>;
}

/** A network, in this page or elsewhere. */
export interface Ear {
  /** whether it can tell against their own mean what recordings show */
  readonly normalizes: boolean;
  /** Loads what it needs, so that the first answer comes sooner. */
  prepare(): Promise<void>;
  /** @param signal nobody wants the answer any more: what is not sent yet stays, and what was heard is forgotten */
  recognize(id: number, sound: Blob, name: string, signal: AbortSignal): Promise<Told>;
  /** @param signal nobody wants the maps any more */
  explain(id: number, segment: number, signal: AbortSignal): Promise<Shown>;
  /** the recording is not asked of any more */
  forget(id: number): Promise<void>;
  normalize(all: readonly Told[], mixed: boolean): Promise<Told[]>;
  /** @param onLost told where it hears no more, though nobody ended it */
  listen(sampleRate: number, onEvent: (event: LiveEvent) => void, onLost: (error: Error) => void): Promise<LiveEar>;
}
