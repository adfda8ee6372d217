import { setTimeout } from 'node:timers/promises';
import autocannon from 'autocannon';
import { quantile, round } from '../figures.ts';
import type { Served } from './served.ts';

/** When memory is first looked at, s: by then all is warm. */
const WARM_SECONDS = 10;

/** What clients that ask as fast as they can get of a server. */
export interface Pressure {
  readonly clients: number;
  readonly seconds: number;
  /** answers with a status of 200, and how many a second */
  readonly answered: number;
  readonly answered_per_s: number;
  /** from a request to such an answer */
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** of the processor for an answer, refusals included */
  readonly cpu_ms: number;
  /** refusals with 503 */
  readonly busy: number;
  /** other answers, by status, and connections that failed */
  readonly wrong: Readonly<Record<string, number>>;
  readonly rss_warm_mb: number;
  readonly rss_end_mb: number;
  /** of the memory when warm; 0 is none */
  readonly rss_growth: number;
}

/** Clients that each post a recording, and again as soon as they are answered. */
export async function press(
  served: Served,
  path: string,
  body: Uint8Array,
  { clients, seconds }: { readonly clients: number; readonly seconds: number },
): Promise<Pressure> {
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  const load = new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        ...{ url: served.url + path, method: 'POST', body: Buffer.from(body), connections: clients, duration: seconds },
        ...{ headers: { 'content-type': 'audio/wav' }, timeout: 60 },
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    );
    instance.on('response', (_, status, __, milliseconds) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 200) times.push(milliseconds);
    });
  });
  const cpuBefore = await served.cpuSeconds();
  const warm = setTimeout(1000 * Math.min(WARM_SECONDS, seconds / 2)).then(() => served.rssMb());
  const end = setTimeout(1000 * seconds - 200).then(() => served.rssMb()); // while they still ask
  const [{ errors }, rssWarm, rssEnd] = await Promise.all([load, warm, end]);
  const cpuSeconds = (await served.cpuSeconds()) - cpuBefore;
  const { 200: answered = 0, 503: busy = 0, ...others } = statuses;
  return {
    ...{ clients, seconds, answered, answered_per_s: round(answered / seconds) },
    ...{ p50_ms: quantile(times, 0.5), p99_ms: quantile(times, 0.99), busy },
    cpu_ms: round((1000 * cpuSeconds) / answered),
    wrong: { ...others, ...(errors && { connection: errors }) },
    ...{ rss_warm_mb: Math.round(rssWarm), rss_end_mb: Math.round(rssEnd), rss_growth: round(rssEnd / rssWarm - 1) },
  };
}
