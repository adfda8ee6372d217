import type { Interval } from '../../src/statistics/bootstrap.ts';
import { range } from './words.ts';

interface Props {
  /** in percent, as it is shown */
  readonly shown: string;
  readonly interval: Interval | null | undefined;
}

/** A figure with its interval, which stands beside it, or under it where the page is narrow. */
export const FigureCell = ({ shown, interval }: Props) => (
  <td class="figure">
    <span class="number">{shown}</span> <span class="range">{range(interval)}</span>
  </td>
);
