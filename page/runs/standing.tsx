import { duration } from '../../src/duration.ts';
import type { FoldStanding } from '../../src/run/standing.ts';
import { visible } from '../../src/text.ts';
import type { Run } from './kinds.ts';
import { percent1 } from './words.ts';

interface Props {
  readonly run: Run;
  /** how it stands now is not known, nor how long it takes */
  readonly isStale: boolean;
}

/** Where a run stands: its folds, or what it trains where it tests on none. */
export function Standing({ run, isStale }: Props) {
  const { folds, epochsInAll, secondsLeft } = run.standing;
  const { inAll } = run.folds;
  const done = folds.filter(({ state }) => state === 'done').length;
  const said = [
    inAll !== undefined && `${done} of ${inAll} folds done`,
    secondsLeft !== undefined && !isStale && `about ${duration(secondsLeft)} left at the pace of its epochs`,
    !folds.length && 'no epoch has ended yet',
  ].filter(Boolean);
  return (
    <>
      {said.length > 0 && <p role="status">{said.join(', ')}</p>}
      <ul class="folds" aria-label="Folds">
        {folds.map((fold) => (
          <li key={fold.fold}>
            <span class="name">{visible(fold.fold)}</span>
            <progress max={epochsInAll || 1} value={fold.state === 'done' ? epochsInAll || 1 : fold.epochs} />
            <span class="quiet">{wordsOf(fold, epochsInAll)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function wordsOf({ state, epochs, loss, accuracy, ua, failure }: FoldStanding, inAll: number): string {
  if (state === 'waits') return 'waits';
  if (state === 'failed') return `failed: ${visible(failure ?? '')}`;
  const last = loss === undefined ? '' : `loss ${loss.toFixed(3)}, training accuracy ${percent1(accuracy)} %`;
  if (state === 'trains') return `epoch ${epochs}${inAll ? ` of ${inAll}` : ''}: ${last}`;
  return ua === undefined ? `done${last && `: ${last}`}` : `done: UA ${percent1(ua)} %`;
}
