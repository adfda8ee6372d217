import { isolated } from '../ears/device.ts';
import type { FirstAnswer } from '../ears/first-answer.ts';
import type { Told } from '../ears/told.ts';

interface Props {
  readonly place: 'here' | 'server';
  readonly told: Told | undefined;
  readonly first: FirstAnswer | undefined;
}

/** Who hears, and how fast. */
export const Foot = ({ place, told, first }: Props) => (
  <footer>
    <span>
      {place === 'server'
        ? `the server at ${location.host}`
        : `this browser, ${isolated ? 'several threads' : 'one thread'}`}
    </span>
    {told && (
      <span>
        {' · '}
        {(told.ms / told.recognition.segments.length).toFixed(0)} ms a segment
      </span>
    )}
    {place === 'here' && first && (
      <span>{` · first answer after ${first.seconds.toFixed(1)} s, ${(first.bytes / 1e6).toFixed(1)} MB`}</span>
    )}
  </footer>
);
