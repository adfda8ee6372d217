import './style.css';
import type { About, Asking } from '../ears/server.ts';
import { Compare } from './compare.tsx';
import { Jobs } from './jobs.tsx';
import { List } from './list.tsx';
import { RunView } from './run.tsx';
import { StudyView } from './study.tsx';

interface Props {
  /** behind `#`: `runs`, `runs/run/ID`, `runs/compare/ID&ID`, or `runs/study/KIND/FOLDER` */
  readonly path: string;
  readonly server: Asking;
  readonly about: About;
}

/** Runs of the server's folder: a list, one of them, or some beside each other. */
export function Runs({ path, server, about }: Props) {
  const [, kind, ...rest] = path.split('/');
  const id = rest.join('/');
  const decoded = decodeURI(id);
  const view =
    kind === 'run' ? (
      <RunView key={id} id={decoded} server={server} />
    ) : kind === 'compare' ? (
      <Compare key={id} ids={decoded.split('&')} server={server} />
    ) : kind === 'study' ? (
      <StudyView key={id} path={decoded} server={server} />
    ) : (
      <>
        {about.jobs && <Jobs server={server} />}
        {about.runs && <List server={server} />}
      </>
    );
  return (
    <>
      {kind && (
        <p class="back">
          <a href="#runs">All runs</a>
        </p>
      )}
      {view}
    </>
  );
}
