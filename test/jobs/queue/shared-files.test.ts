import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { redisExchange } from '../../../src/jobs/queue/pieces.ts';
import { sharedFiles } from '../../../src/jobs/queue/shared-files.ts';
import { openStore } from '../../../src/jobs/queue/store.ts';
import { temporaryFolder } from '../../cli/attune.ts';
import { describeWithRedis } from './redis.ts';

describeWithRedis('files that units share', (redis) => {
  it.each<[string, (key: string) => Promise<unknown>, string]>([
    ['is gone', (key) => redis().client.del(key), ' in Redis is gone'],
    ['has changed', (key) => redis().client.setrange(key, 3, 'XX'), ' in Redis has changed'],
    [
      'is no text any more',
      async (key) => {
        await redis().client.del(key);
        await redis().client.lpush(key, 'x');
      },
      ' in Redis has changed',
    ],
  ])('are put there again once a worker found that one %s', async (_, spoil, told) => {
    const { client } = redis();
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'corpus.json'), 'which recordings there are');
    const exchange = redisExchange(client);
    const files = sharedFiles({ folder, paths: ['corpus.json'], exchange, store: openStore(client), who: 'one' });
    await files.put();
    const { stored } = files.files()[0]!;
    const key = `attune:piece:${stored.key}:0`;
    await spoil(key);
    await expect(exchange.get(stored)).rejects.toThrow(`${key}${told}`);
    await files.putAgain();
    expect(`${await exchange.get(stored)}`).toBe('which recordings there are');
    await files.leave();
    expect(await client.keys('attune:piece:blob:*')).toEqual([]);
  });
});
