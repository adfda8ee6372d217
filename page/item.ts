import type { Told } from './ears/told.ts';

/** A recording that the user gave. */
export interface Item {
  readonly id: number;
  readonly name: string;
  readonly sound: Blob;
  readonly state: 'waiting' | 'working' | 'done' | 'failed';
  readonly told?: Told;
  /** what to do, where it failed */
  readonly error?: string | undefined;
}

/** Whether answers are told against the mean of all, and how much of it is taken. */
export type Own = 'none' | 'answers' | 'mixed';
