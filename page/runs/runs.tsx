import './style.css';
import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
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

/** What was put in an address by `encodeURIComponent`, part by part; itself where it was not. */
function decoded(text: string): string {
  try {
    return text.split('/').map(decodeURIComponent).join('/');
  } catch {
    return text;
  }
}

/** Runs of the server's folder: a list, one of them, or some beside each other. */
export function Runs(props: Props) {
  const [error, reset] = useErrorBoundary();
  const [failedAt, setFailedAt] = useState<string>();
  useEffect(() => {
    if (error) setFailedAt(props.path);
  }, [error]);
  useEffect(() => {
    if (error && failedAt !== undefined && failedAt !== props.path) reset();
  }, [props.path]);
  if (error)
    return (
      <p class="problem" role="alert">
        This cannot be shown: {(error as Error).message}. <a href="#runs">All runs</a>
      </p>
    );
  return <View {...props} />;
}

function View({ path, server, about }: Props) {
  const [, kind, ...rest] = path.split('/');
  const id = rest.join('/');
  const view =
    kind === 'run' ? (
      <RunView key={id} id={decoded(id)} server={server} />
    ) : kind === 'compare' ? (
      <Compare key={id} ids={id.split('&').map(decoded)} server={server} />
    ) : kind === 'study' ? (
      <StudyView key={id} path={decoded(id)} server={server} />
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
