import { useEffect, useRef, useState } from 'preact/hooks';
import { visible } from '../../src/text.ts';
import type { Asking } from '../ears/server.ts';
import { Scroll } from '../parts/scroll.tsx';
import { useAnswer } from './asked.ts';
import { Damages } from './damages.tsx';
import { watchEvents } from './events.ts';
import type { Run } from './kinds.ts';
import { Plot } from './plot.tsx';
import { Standing } from './standing.tsx';
import { percent1, range, runAt, when } from './words.ts';

/** Between two looks at a run whose events come fast, ms. */
const CALM = 1000;

/** A run as it goes, or as it ended. */
export function RunView({ id, server }: { readonly id: string; readonly server: Asking }) {
  const [version, setVersion] = useState(0);
  const [isGone, setGone] = useState(false);
  const { answer: run, problem } = useAnswer<Run>(server, runAt(id), version);
  const isOpen = run?.state === 'unfinished' && !isGone;
  const onNews = () => setVersion((before) => before + 1);
  useEvents({ server, id, lines: run?.lines ?? 0, onNews, onGone: () => setGone(true) }, isOpen);
  const wrong = isGone ? 'This run is gone: its folder was deleted, moved or renamed.' : problem;
  return (
    <>
      {wrong && (
        <p class="problem" role="alert">
          {wrong}
        </p>
      )}
      {!run && !wrong && <p class="quiet">looking …</p>}
      {run && !isGone && <Shown {...{ run, server, version }} isStale={wrong !== undefined} />}
    </>
  );
}

interface ShownProps {
  readonly run: Run;
  readonly server: Asking;
  readonly version: number;
  /** how it stands now is not known */
  readonly isStale: boolean;
}

function Shown({ run, server, version, isStale }: ShownProps) {
  const { id, metrics, standing, config, hasReport, damages } = run;
  const isOpen = run.state === 'unfinished';
  const hasCurves = standing.folds.some(({ epochs }) => epochs > 0);
  const plot = (name: 'loss' | 'accuracy' | 'confusion' | 'speakers') => (
    <Plot {...{ server, name, version }} run={id} />
  );
  return (
    <section class="panel" aria-label={visible(id)}>
      <h2>{visible(id)}</h2>
      <p class="quiet">
        {config?.corpus && `${visible(config.corpus)} · `}
        {isOpen ? 'not finished' : run.state}, last written {when(run.changed)}
        {hasReport && <Report server={server} id={id} />}
      </p>
      {run.diverged && <p class="problem">{visible(run.diverged)}. So it has no figures.</p>}
      <Damages of={damages} />
      {metrics && <Figures metrics={metrics} />}
      {(isOpen || hasCurves) && <Standing run={run} isStale={isStale || !isOpen} />}
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
function useEvents(watched: Parameters<typeof watchEvents>[0], isOpen: boolean): void {
  const latest = useRef(watched);
  latest.current = watched;
  const { server, id } = watched;
  useEffect(() => {
    if (!isOpen) return;
    const controller = new AbortController();
    let timer: number | undefined;
    const onNews = () => {
      timer ??= window.setTimeout(() => {
        timer = undefined;
        latest.current.onNews();
      }, CALM);
    };
    watchEvents({ ...latest.current, onNews, onGone: () => latest.current.onGone() }, controller.signal);
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

/** Opens the report in a window of its own, where nothing of it may run. */
function Report({ server, id }: { readonly server: Asking; readonly id: string }) {
  const [problem, setProblem] = useState<string>();
  const open = async () => {
    try {
      const page = await server.text(`${runAt(id)}/report`);
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
        <a href={`./${runAt(id)}/report`} target="_blank" rel="noopener">
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
