import { useEffect, useRef, useState } from 'preact/hooks';
import { duration } from '../../src/duration.ts';
import type { FoldStanding } from '../../src/run/standing.ts';
import type { Asking } from '../ears/server.ts';
import { Scroll } from '../parts/scroll.tsx';
import { useAnswer } from './asked.ts';
import { watchEvents } from './events.ts';
import type { Run } from './kinds.ts';
import { Plot } from './plot.tsx';
import { inAddress, percent1, range, when } from './words.ts';

/** Between two looks at a run whose events come fast, ms. */
const CALM = 1000;

/** A run as it goes, or as it ended. */
export function RunView({ id, server }: { readonly id: string; readonly server: Asking }) {
  const [version, setVersion] = useState(0);
  const { answer: run, problem } = useAnswer<Run>(server, `v1/runs/${inAddress(id)}`, version);
  const isOpen = run?.state === 'unfinished';
  useEvents(server, id, isOpen, () => setVersion((before) => before + 1));
  if (problem)
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  if (!run) return <p class="quiet">looking …</p>;
  const { metrics, standing, config, hasReport } = run;
  const hasCurves = standing.folds.some(({ epochs }) => epochs > 0);
  const plot = (name: 'loss' | 'accuracy' | 'confusion' | 'speakers') => (
    <Plot {...{ server, name, version }} run={inAddress(id)} />
  );
  return (
    <section class="panel" aria-label={id}>
      <h2>{id}</h2>
      <p class="quiet">
        {config.corpus && `${config.corpus} · `}
        {isOpen ? 'not finished' : 'finished'}, last written {when(run.changed)}
        {hasReport && <Report server={server} id={id} />}
      </p>
      {metrics && <Figures metrics={metrics} />}
      {(isOpen || hasCurves) && <Standing run={run} />}
      {hasCurves && (
        <div class="pair">
          <figure>
            <figcaption>Training loss</figcaption>
            {plot('loss')}
          </figure>
          <figure>
            <figcaption>Training accuracy, %</figcaption>
            {plot('accuracy')}
          </figure>
        </div>
      )}
      {metrics && (
        <>
          <figure>
            <figcaption>Confusion: utterances, and their share of the row</figcaption>
            {plot('confusion')}
          </figure>
          <figure>
            <figcaption>
              Speakers, with 95 % intervals: <span class="swatch blue" /> WA <span class="swatch orange" /> UA
            </figcaption>
            <Scroll label="Figures">{plot('speakers')}</Scroll>
          </figure>
        </>
      )}
    </section>
  );
}

/** Calls back when something has come, at most once a second. */
function useEvents(server: Asking, id: string, isOpen: boolean, onNews: () => void): void {
  const latest = useRef(onNews);
  latest.current = onNews;
  useEffect(() => {
    if (!isOpen) return;
    const controller = new AbortController();
    let timer: number | undefined;
    const stir = () => {
      timer ??= window.setTimeout(() => {
        timer = undefined;
        latest.current();
      }, CALM);
    };
    watchEvents(server, id, stir, controller.signal);
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [server, id, isOpen]);
}

function Figures({ metrics }: { readonly metrics: NonNullable<Run['metrics']> }) {
  const { intervals, utterances, speakers, leaks, contamination } = metrics;
  return (
    <>
      {leaks && <p class="problem">The same {leaks} stand in training and test: these figures promise too much.</p>}
      {contamination && (
        <p class="problem">What it starts from may have heard whom it is tested on: contamination {contamination}.</p>
      )}
      <Scroll label="Speakers">
        <table class="figures">
          <thead>
            <tr>
              <th>%</th>
              <th class="number">pooled</th>
              <th>95 %, bootstrap</th>
              {intervals.jackknife && <th>jackknife-t</th>}
            </tr>
          </thead>
          <tbody>
            {(['wa', 'ua', 'macroF1'] as const).map((key) => (
              <tr key={key}>
                <th scope="row">{{ wa: 'WA', ua: 'UA', macroF1: 'macro-F1' }[key]}</th>
                <td class="number">{percent1(metrics[key])}</td>
                <td>{range(intervals[key])}</td>
                {intervals.jackknife && <td>{range(intervals.jackknife[key])}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="quiet">
        {utterances} utterances of {speakers} speakers; intervals over speakers.
      </p>
    </>
  );
}

function Standing({ run }: { readonly run: Run }) {
  const { folds, epochsInAll, secondsLeft } = run.standing;
  const done = folds.filter(({ state }) => state === 'done').length;
  return (
    <>
      <p role="status">
        {done} of {folds.length} folds done
        {secondsLeft !== undefined && `, about ${duration(secondsLeft)} left at the pace of its epochs`}
      </p>
      <ul class="folds" aria-label="Folds">
        {folds.map((fold) => (
          <li key={fold.fold}>
            <span class="name">{fold.fold}</span>
            <progress max={epochsInAll || 1} value={fold.state === 'done' ? epochsInAll || 1 : fold.epochs} />
            <span class="quiet">{wordsOf(fold, epochsInAll)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function wordsOf({ state, epochs, loss, accuracy, ua }: FoldStanding, inAll: number): string {
  if (state === 'waits') return 'waits';
  const last = loss === undefined ? '' : `loss ${loss.toFixed(3)}, training accuracy ${percent1(accuracy)} %`;
  if (state === 'trains') return `epoch ${epochs} of ${inAll}: ${last}`;
  return `done${ua === undefined ? '' : `: UA ${percent1(ua)} %`}`;
}

/** Opens the report in a window of its own, where nothing of it may run. */
function Report({ server, id }: { readonly server: Asking; readonly id: string }) {
  const [problem, setProblem] = useState<string>();
  const open = async () => {
    try {
      const page = await server.text(`v1/runs/${inAddress(id)}/report`);
      const url = URL.createObjectURL(new Blob([page], { type: 'text/html' }));
      window.open(url, '_blank', 'noopener');
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  if (!server.token)
    return (
      <>
        {' · '}
        <a href={`./v1/runs/${inAddress(id)}/report`} target="_blank" rel="noopener">
          its report
        </a>
      </>
    );
  return (
    <>
      {' · '}
      <button type="button" class="link" onClick={open}>
        its report
      </button>
      {problem}
    </>
  );
}
