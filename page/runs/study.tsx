import { useEffect, useState } from 'preact/hooks';
import type { Table1 } from '../../src/studies/table1/table.ts';
import { visible } from '../../src/text.ts';
import type { Asking } from '../ears/server.ts';
import { Scroll } from '../parts/scroll.tsx';
import { useAnswer } from './asked.ts';
import { FigureCell } from './figure-cell.tsx';
import { STUDY_NAMES } from './kinds.ts';
import { percent1 } from './words.ts';

interface Props {
  /** kind, and the folder behind it */
  readonly path: string;
  readonly server: Asking;
}

/** A study of several runs. */
export function StudyView({ path, server }: Props) {
  const [kind, ...folders] = path.split('/') as [keyof typeof STUDY_NAMES, ...string[]];
  if (!Object.hasOwn(STUDY_NAMES, kind)) return <p class="problem">There is no such study.</p>;
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
    let [made, current]: [string | undefined, boolean] = [undefined, true];
    server.text(path).then(
      (svg) => {
        if (!current) return;
        made = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
        setUrl(made);
      },
      (error: Error) => current && setProblem(error.message),
    );
    return () => {
      current = false;
      if (made) URL.revokeObjectURL(made);
    };
  }, [server, path]);
  if (problem) return <Problem words={problem} />;
  const onError = () =>
    setProblem('This picture is damaged: put back a good copy, or start the command of the study again.');
  return url ? (
    <Scroll label={name}>
      <img class="study" src={url} alt={name} onError={onError} />
    </Scroll>
  ) : (
    <p class="quiet">looking …</p>
  );
}

const Problem = ({ words }: { readonly words: string }) => (
  <p class="problem" role="alert">
    {words}
  </p>
);

function Table({ path, server }: Props) {
  const { answer, problem } = useAnswer<Table1>(server, path);
  if (problem) return <Problem words={problem} />;
  if (!answer) return <p class="quiet">looking …</p>;
  const { rows, corpus, speakers, utterances, notes, command } = answer;
  return (
    <>
      <Scroll label="Table 1">
        <table class="figures beside">
          <thead>
            <tr>
              <th>system</th>
              <th>UA, %</th>
              <th>WA, %</th>
              <th class="number">seeds</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ title, figures, asked }) => (
              <tr key={title}>
                <th scope="row">{visible(title)}</th>
                <FigureCell
                  shown={figures ? percent1(figures.ua.mean) : asked ? '…' : ''}
                  interval={figures?.ua.jackknife}
                />
                <FigureCell shown={percent1(figures?.wa.mean)} interval={figures?.wa.jackknife} />
                <td class="number">{figures?.runs.length ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="quiet">
        {visible(corpus)}: {utterances} utterances of {speakers} speakers. In brackets 95 % intervals over speakers,
        jackknife-t.
      </p>
      <ul class="quiet">
        {notes.map((note) => (
          <li key={note}>{visible(note)}</li>
        ))}
      </ul>
      <pre>{visible(command)}</pre>
    </>
  );
}
