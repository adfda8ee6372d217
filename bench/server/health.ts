import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { round } from '../figures.ts';

/** How a client that means well was answered meanwhile, over the connection that it had before. */
export interface Health {
  readonly asked: number;
  readonly answered: number;
  readonly slowest_ms: number;
}

/** Asks for `/healthz` every 50 ms until it is stopped. */
export async function watchHealth(url: string): Promise<{ stop(): Promise<Health> }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  let asked = 0;
  let isOver = false;
  const ask = async () => {
    asked++;
    const begun = performance.now();
    const isWell = await statusOf(url, agent).then(
      (status) => status === 200,
      () => false,
    );
    if (isWell) times.push(performance.now() - begun);
  };
  await ask();
  const asking = (async () => {
    while (!isOver) {
      await ask();
      await setTimeout(50);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await asking;
      agent.destroy();
      return { asked, answered: times.length, slowest_ms: round(Math.max(...times)) };
    },
  };
}

const statusOf = (url: string, agent: Agent): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(`${url}/healthz`, { agent, timeout: 10_000 }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    })
      .once('error', reject)
      .once('timeout', () => reject(new Error('no answer within 10 s')))
      .end();
  });
