import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { About, Asking } from '../ears/server.ts';

interface Props {
  /** behind `#` */
  readonly path: string;
  readonly server: Asking;
  readonly about: About;
}

/** The view of runs, which comes when somebody asks for it. */
export function RunsLoader(props: Props) {
  const [view, setView] = useState<{ readonly View: FunctionComponent<Props> }>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    import('../runs/runs.tsx').then(
      ({ Runs }) => setView({ View: Runs }),
      () => setProblem('this part of the page cannot be loaded: is the server still running?'),
    );
  }, []);
  if (problem)
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  return view ? <view.View {...props} /> : <p class="quiet">loading …</p>;
}
