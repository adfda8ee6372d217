import { bytesHere } from './here.ts';

/** What the first answer of this page cost. */
export interface FirstAnswer {
  /** since the recording was given */
  readonly seconds: number;
  /** that had to be loaded for it by then */
  readonly bytes: number;
}

/** @param given when the recording was, ms of this page */
export async function firstAnswer(given: number): Promise<FirstAnswer> {
  const seconds = (performance.now() - given) / 1000;
  const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const bytes = loaded.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, page?.encodedBodySize ?? 0);
  return { seconds, bytes: bytes + (await bytesHere()) };
}
