import { duration } from '../../src/duration.ts';
import type { JobFigures } from '../../src/jobs/queue/figures.ts';
import type { Asking } from '../ears/server.ts';
import { Scroll } from '../parts/scroll.tsx';
import { useAnswer, useTicks } from './asked.ts';

/** Seconds between two looks at the queue. */
const LOOK = 5;

/** What stands in the server's queue. */
export function Jobs({ server }: { readonly server: Asking }) {
  const { answer, problem } = useAnswer<JobFigures>(server, 'v1/jobs', useTicks(LOOK));
  return (
    <section class="panel" aria-label="Queue">
      <h2>Queue</h2>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {!answer && !problem && <p class="quiet">looking …</p>}
      {answer && <Figures {...answer} />}
    </section>
  );
}

function Figures({ queue, versions, workers, memory }: JobFigures) {
  const failures = versions.flatMap((version) => version.failures);
  return (
    <>
      <p class="quiet">
        {queue}, {(memory.used / 1e6).toFixed(1)} MB{memory.most ? ` of ${(memory.most / 1e6).toFixed(0)} MB` : ''}
      </p>
      <Scroll label="Units">
        <table>
          <thead>
            <tr>
              <th>units for</th>
              {['waiting', 'later', 'active', 'done', 'failed', 'a minute'].map((name) => (
                <th key={name} class="number">
                  {name}
                </th>
              ))}
              <th>left</th>
            </tr>
          </thead>
          <tbody>
            {versions.map(({ version, waiting, delayed, active, done, failed, perMinute, secondsLeft }) => (
              <tr key={version}>
                <td>{version}</td>
                {[waiting, delayed, active, done, failed, perMinute?.toFixed(1)].map((count, i) => (
                  <td key={i} class="number">
                    {count}
                  </td>
                ))}
                <td>{secondsLeft === undefined ? '' : duration(secondsLeft)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {workers.length === 0 ? (
        <p>
          No worker is there: <code>attune worker --queue …</code> is one.
        </p>
      ) : (
        <ul class="studies" aria-label="Workers">
          {workers.map(({ name, active, places, done, failed, draining, site }) => (
            <li key={name}>
              {name}: {active.length} of {places} busy, {done} done, {failed} failed
              {draining ? ', takes no more' : ''}{' '}
              <span class="quiet">{[site.processor, site.runtime].filter(Boolean).join(', ')}</span>
              {active.length > 0 && <span class="quiet"> · {active.join(', ')}</span>}
            </li>
          ))}
        </ul>
      )}
      {failures.length > 0 && (
        <ul class="warnings" aria-label="Failures">
          {failures.map(({ name, text }) => (
            <li key={name + text}>
              {name}: {text}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
