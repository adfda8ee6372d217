import { useEffect, useRef, useState } from 'preact/hooks';
import type { Asking } from '../ears/server.ts';
import { runAt } from './words.ts';

interface Props {
  readonly server: Asking;
  readonly run: string;
  readonly name: 'loss' | 'accuracy' | 'confusion' | 'speakers';
  /** drawn again where it changes */
  readonly version: number | string;
}

/** A picture as the report has it: the server draws it by the same code. */
export function Plot({ server, run, name, version }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let current = true;
    server.text(`${runAt(run)}/plots/${name}`).then(
      (svg) => {
        if (!current || !box.current) return;
        const drawn = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
        box.current.replaceChildren(document.importNode(drawn, true));
        setProblem(undefined);
      },
      (error: Error) => current && setProblem(error.message),
    );
    return () => {
      current = false;
    };
  }, [server, run, name, version]);
  return (
    <>
      <div ref={box} class="plot" hidden={problem !== undefined} />
      {problem && <p class="quiet">{problem}</p>}
    </>
  );
}
