import { useEffect, useState } from 'preact/hooks';
import type { Table1 } from '../../src/studies/table1/table.ts';
import type { Asking } from '../ears/server.ts';
import { Scroll } from '../parts/scroll.tsx';
import { useAnswer } from './asked.ts';
import { STUDY_NAMES } from './kinds.ts';
import { percent1, range } from './words.ts';

interface Props {
  /** kind, and the folder behind it */
  readonly path: string;
  readonly server: Asking;
}

/** A study of several runs. */
export function StudyView({ path, server }: Props) {
  const [kind, ...folders] = path.split('/') as [keyof typeof STUDY_NAMES, ...string[]];
  if (!(kind in STUDY_NAMES)) return <p class="problem">There is no such study.</p>;
  const where = `?in=${encodeURIComponent(folders.join('/'))}`;
  return (
    <section class="panel" aria-label={STUDY_NAMES[kind]}>
      <h2>{STUDY_NAMES[kind]}</h2>
      {kind === 'table1' ? (
        <Table path={`v1/studies/table1/figures${where}`} server={server} />
      ) : (
        <Picture path={`v1/studies/${kind}/picture${where}`} server={server} name={STUDY_NAMES[kind]} />
      )}
    </section>
  );
}

function Picture({ path, server, name }: Props & { readonly name: string }) {
  const [url, setUrl] = useState<string>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    server.text(path).then(
      (svg) => {
        made = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
        setUrl(made);
      },
      (error: Error) => setProblem(error.message),
    );
    return () => made && URL.revokeObjectURL(made);
  }, [server, path]);
  if (problem) return <p class="problem">{problem}</p>;
  return url ? <img class="study" src={url} alt={name} /> : <p class="quiet">looking …</p>;
}

function Table({ path, server }: Props) {
  const { answer, problem } = useAnswer<Table1>(server, path);
  if (problem) return <p class="problem">{problem}</p>;
  if (!answer) return <p class="quiet">looking …</p>;
  const { rows, corpus, speakers, utterances, notes, command } = answer;
  return (
    <>
      <Scroll label="Table 1">
        <table class="figures">
          <thead>
            <tr>
              <th>system</th>
              <th class="number">UA, %</th>
              <th>95 %, jackknife-t</th>
              <th class="number">WA, %</th>
              <th>95 %, jackknife-t</th>
              <th class="number">seeds</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ title, figures, asked }) => (
              <tr key={title}>
                <th scope="row">{title}</th>
                <td class="number">{figures ? percent1(figures.ua.mean) : asked ? '…' : ''}</td>
                <td>{range(figures?.ua.jackknife)}</td>
                <td class="number">{figures ? percent1(figures.wa.mean) : ''}</td>
                <td>{range(figures?.wa.jackknife)}</td>
                <td class="number">{figures?.runs.length ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="quiet">
        {corpus}: {utterances} utterances of {speakers} speakers.
      </p>
      <ul class="quiet">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      <pre>{command}</pre>
    </>
  );
}
