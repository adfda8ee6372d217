import { useState } from 'preact/hooks';
import { visible } from '../../src/text.ts';
import type { Asking } from '../ears/server.ts';
import { Scroll } from '../parts/scroll.tsx';
import { useAnswer, useTicks } from './asked.ts';
import { Damages } from './damages.tsx';
import { type Row, STUDY_NAMES, type Study } from './kinds.ts';
import { inAddress, percent1, when } from './words.ts';

/** So many may stand beside each other. */
const MOST = 8;

/** Seconds between two looks at the folder. */
const LOOK = 10;

/** All runs and studies of the folder. */
export function List({ server }: { readonly server: Asking }) {
  const { answer, problem } = useAnswer<{ runs: Row[]; studies: Study[] }>(server, 'v1/runs', useTicks(LOOK));
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [wanted, setWanted] = useState('');
  if (!answer && problem)
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  if (!answer) return <p class="quiet">looking …</p>;
  const { runs, studies } = answer;
  if (!runs.length && !studies.length)
    return (
      <p>
        There is no run in the server's folder. <code>attune crossval … --out RUN</code> makes one.
      </p>
    );
  const shown = runs.filter(({ id }) => id.toLowerCase().includes(wanted.toLowerCase()));
  const tick = (id: string) =>
    setTicked((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id]));
  return (
    <>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {studies.length > 0 && (
        <section class="panel" aria-label="Studies">
          <h2>Studies</h2>
          <ul class="studies">
            {studies.map(({ id, kind, changed, damages }) => (
              <li key={`${kind} ${id}`}>
                <a href={`#runs/study/${kind}/${inAddress(id)}`}>{STUDY_NAMES[kind]}</a>{' '}
                <span class="quiet">
                  {id && `in ${visible(id)}, `}
                  {when(changed)}
                </span>
                <Damages of={damages} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="panel" aria-label="Runs">
        <div class="controls">
          <h2>Runs</h2>
          {runs.length > 8 && (
            <label>
              name holds{' '}
              <input type="search" value={wanted} onInput={({ currentTarget }) => setWanted(currentTarget.value)} />
            </label>
          )}
          {ticked.length > MOST ? (
            <span class="quiet">Eight at most can be compared: {ticked.length} are ticked.</span>
          ) : ticked.length > 1 ? (
            <a class="button" href={`#runs/compare/${ticked.map(inAddress).join('&')}`}>
              Compare {ticked.length}
            </a>
          ) : (
            <span class="quiet">Tick two or more to compare them.</span>
          )}
        </div>
        <Scroll label="All runs">
          <table class="runs">
            <thead>
              <tr>
                <th>
                  <span class="unseen">compare</span>
                </th>
                <th>run</th>
                <th class="wide">folds</th>
                <th class="number">UA</th>
                <th class="number">WA</th>
                <th class="date">last written</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ id, state, folds, ua, wa, changed, damages }) => (
                <tr key={id}>
                  <td class="tick">
                    <input
                      type="checkbox"
                      aria-label={`Compare ${visible(id)}`}
                      disabled={state !== 'finished' || wa === undefined}
                      checked={ticked.includes(id)}
                      onChange={() => tick(id)}
                    />
                  </td>
                  <td class="run">
                    <a href={`#runs/run/${inAddress(id)}`}>{visible(id)}</a>
                    {state !== 'finished' && <span class="under quiet">{progress({ state, folds })}</span>}
                    <span class="below quiet">{when(changed)}</span>
                    <Damages of={damages} />
                  </td>
                  <td class="wide">{progress({ state, folds })}</td>
                  <td class="number">{percent1(ua)}</td>
                  <td class="number">{percent1(wa)}</td>
                  <td class="date quiet">{when(changed)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        <p class="quiet">
          UA, unweighted accuracy, and WA, weighted accuracy, in percent, of all folds taken together.
        </p>
      </section>
    </>
  );
}

/** How far a run is. */
function progress({ state, folds: { done, inAll } }: Pick<Row, 'state' | 'folds'>): string {
  if (state !== 'unfinished') return state === 'finished' ? 'done' : state;
  return inAll === undefined ? 'not finished' : `${done} of ${inAll}`;
}
