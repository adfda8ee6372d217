import { useEffect, useState } from 'preact/hooks';
import type { Asking } from '../ears/server.ts';

/** What a server answers, and why it does not; asked again where `version` changes. */
export function useAnswer<T>(server: Asking, path: string, version: number | string = 0) {
  const [answer, setAnswer] = useState<T>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let current = true;
    server.json<T>(path).then(
      (found) => {
        if (!current) return;
        setAnswer(found);
        setProblem(undefined);
      },
      (error: Error) => current && setProblem(error.message),
    );
    return () => {
      current = false;
    };
  }, [server, path, version]);
  return { answer, problem };
}

/** Counts up every so many seconds, while the page is looked at. */
export function useTicks(seconds: number): number {
  const [ticks, setTicks] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setTicks((before) => before + 1), 1000 * seconds);
    return () => clearInterval(timer);
  }, [seconds]);
  return ticks;
}
