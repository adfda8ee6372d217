import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Payload } from '../../../src/jobs/queue/payload.ts';
import { type Exchange, redisExchange } from '../../../src/jobs/queue/pieces.ts';
import { openPlace } from '../../../src/jobs/queue/place.ts';
import { openScratch } from '../../../src/jobs/queue/scratch.ts';
import { openStore, type Store } from '../../../src/jobs/queue/store.ts';
import { registerUnits } from '../../../src/jobs/units.ts';
import { temporaryFolder } from '../../cli/attune.ts';
import type { Looked } from './looked-unit.ts';
import { hasty } from './processes.ts';
import { describeWithRedis } from './redis.ts';

registerUnits(
  'looked',
  new URL('./looked-unit.ts', import.meta.url),
  v.object({ journal: v.string(), finds: v.optional(v.picklist(['corpus', 'audio'])) }),
);

const before = process.env.NODE_OPTIONS;
beforeAll(() => {
  process.env.NODE_OPTIONS = '--import tsx'; // units are TypeScript, as they lie here
});
afterAll(() => {
  if (before === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = before;
});

describeWithRedis('a place of a worker', (redis) => {
  const parent = temporaryFolder();
  /** A place with files that come and go as said, results too, and a unit for it that is wanted. */
  async function open(
    name: string,
    exchange: (through: Exchange) => Exchange = (through) => through,
    own: Partial<Store> = {},
  ) {
    const { client, url } = redis();
    const store = { ...openStore(client), ...own };
    const options = { ...hasty(url, name), places: 1 };
    const notes: string[] = [];
    const place = openPlace({
      ...{ store, exchanges: { redis: exchange(redisExchange(client)) }, scratch: await openScratch(await parent) },
      ...{ means: { corpora: [], cache: '' }, options, worker: name, onNote: (text) => notes.push(text) },
    });
    const journal = join(await parent, name);
    const payload: Payload = {
      ...{ kind: 'looked', name: 'unit', of: name, input: { journal }, version: name, shared: [], states: [] },
      ...{ left: ['left.txt'], exchange: 'redis' },
    };
    const told: string[] = [];
    const tell = async ({ note }: { readonly note?: string }) => {
      if (note !== undefined) told.push(note);
    };
    const unit = async (
      id: string,
      signal = new AbortController().signal,
      more: Partial<Looked> = {},
      states: string[] = [],
    ) => {
      await store.want(id, name);
      await place.do(id, { ...payload, states, input: { journal, ...more } }, tell, signal);
    };
    const journalled = async () =>
      (await readFile(journal, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => line.split(' ') as [string, string]);
    return { place, unit, journalled, notes, told };
  }

  it('does the first unit in the process that looked whether the machine can, and others in their own', async () => {
    const { place, unit, journalled } = await open('looks');
    await unit('looks-1');
    await unit('looks-2');
    const [looked, first, second] = await journalled();
    expect([looked![0], first![0], second![0]]).toEqual(['looks', 'works', 'works']);
    expect(first![1]).toBe(looked![1]);
    expect(second![1]).not.toBe(looked![1]);
    place.close();
  });

  it('leaves nothing behind where it is to stop while it hands over what it did', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    let handedOver: Promise<unknown> = Promise.resolve();
    const { place, unit } = await open('stops', (through) => ({
      ...through,
      put(key, bytes) {
        const put = through.put(key, bytes);
        handedOver = put;
        stop.abort(reason);
        return put;
      },
    }));
    await expect(unit('stops-1', stop.signal)).rejects.toBe(reason);
    await handedOver;
    const { client } = redis();
    await expect.poll(() => client.keys('attune:piece:unit:stops-1:*')).toEqual([]);
    expect(await client.keys('attune:result:stops-1')).toEqual([]);
    place.close();
  });

  it('hands over what counts where it is told to stop while Redis is asked whether it does', async () => {
    const stop = new AbortController();
    const { client } = redis();
    const { place, unit } = await open('late', undefined, {
      commit(...given) {
        const committed = openStore(client).commit(...given);
        stop.abort(new Error('enough'));
        return committed;
      },
    });
    await unit('late-1', stop.signal);
    const result = await openStore(client).result('late-1');
    const left = await redisExchange(client).get(result!.files[0]!.stored);
    expect(left.toString()).toBe('done');
    place.close();
  });

  it('begins anew where the state of a unit is damaged, and says so here and to who waits', async () => {
    const { client } = redis();
    const { place, unit, notes, told } = await open('anew');
    const exchange = redisExchange(client);
    const stored = await exchange.put('state:anew-1:0', Buffer.from('from epoch 7'));
    await openStore(client).keepStates('anew-1', [{ path: 'unit.state', stored }]);
    await client.set('attune:piece:state:anew-1:0:0', 'else');
    await unit('anew-1', undefined, {}, ['unit.state']);
    await client.set('attune:state:anew-2', 'no text of ours');
    await unit('anew-2', undefined, {}, ['unit.state']);
    const begins = 'its state is lost, and it begins anew';
    const piece = 'a file of a unit did not come through as it was: attune:piece:state:anew-1:0:0 in Redis has changed';
    expect(told).toEqual([
      `${begins}: ${piece}`,
      expect.stringMatching(/begins anew: attune:state:anew-2 in Redis is damaged/),
    ]);
    expect(notes).toEqual(told.map((text) => `unit (anew): ${text}`));
    place.close();
  });

  it('leaves a unit to others where a recording has changed, and looks anew at what it has', async () => {
    const { place, unit, journalled } = await open('changed');
    const refusal = { message: 'a.wav has changed', isOfUnit: true };
    await expect(unit('changed-1', undefined, { finds: 'corpus' })).rejects.toMatchObject(refusal);
    await expect(unit('changed-2', undefined, { finds: 'audio' })).rejects.toMatchObject(refusal);
    await unit('changed-3');
    expect((await journalled()).map(([what]) => what).join(' ')).toBe('looks works looks works looks works');
    place.close();
  });
});
