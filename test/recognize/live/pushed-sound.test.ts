import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { passTo } from '../../../page/ears/microphone.ts';
import { createPushedSound } from '../../../src/recognize/live/pushed-sound.ts';
import { createPass } from '../../../src/web/microphone.ts';

const RATE = 1000;
/** A block of 0.128 s. */
const BLOCK = [new Float32Array(128).fill(0.5)];

describe('sound that is pushed by who does not wait', () => {
  it('keeps the place of what is skipped, however long that is', async () => {
    const sound = createPushedSound(RATE);
    const done = [sound.push(BLOCK), sound.skip(4.096), sound.push(BLOCK), sound.push(BLOCK)];
    sound.end();
    const heard: [boolean, number][] = [];
    for await (const { channels, isSilence } of sound.decoded.blocks) heard.push([isSilence, channels[0]!.length]);
    await Promise.all(done);
    expect(heard).toEqual([
      [false, 128],
      ...Array.from({ length: 4 }, () => [true, 1000]),
      [true, 96],
      [false, 128],
      [false, 128],
    ]);
    expect(sound.decoded.warnings).toEqual([
      { code: 'gap', message: '4.096 s were skipped at 1 place, and silence stands in for them.' },
    ]);
    await expect(sound.skip(1)).rejects.toThrow('the sound has ended');
    expect(sound.decoded.warnings).toHaveLength(1);
  });

  it('skips nothing where nothing is to be skipped', async () => {
    const sound = createPushedSound(RATE);
    await sound.skip(0);
    sound.end();
    for await (const _ of sound.decoded.blocks) throw new Error('expected no sound');
    expect(sound.decoded.warnings).toEqual([]);
  });

  it('is skipped in a page whose network is too slow, and its length stays', async () => {
    const sound = createPushedSound(RATE);
    const pushed = 1500; // 192 s
    let refused = 0;
    const remote = {
      push: async (channels: readonly Float32Array[]) => {
        await sound.push(channels).catch((error) => {
          refused++;
          throw error;
        });
      },
      skip: sound.skip,
      waiting: async () => sound.waiting(),
      end: async () => sound.end(),
    };
    const pass = createPass(passTo(remote), RATE);
    const blocks = sound.decoded.blocks[Symbol.asyncIterator]();
    let [heard, most, silences] = [0, 0, 0];
    const take = async () => {
      const { value, done } = await blocks.next();
      if (done) return false;
      heard += value.channels[0]!.length;
      if (value.isSilence) silences++;
      return true;
    };
    for (let i = 0; i < pushed; i++) {
      pass(BLOCK);
      await setImmediate(); // as messages between threads come
      if (i % 2) await take();
      most = Math.max(most, sound.waiting());
    }
    for (let _i = 0; sound.waiting() > 1; _i++) await take();
    await setImmediate();
    pass(BLOCK); // which sees that it has caught up at its next look
    await setImmediate();
    pass(BLOCK);
    sound.end();
    while (await take());
    expect(refused).toBe(0);
    expect(most).toBeLessThan(6);
    expect(silences).toBeGreaterThan(10);
    expect(heard).toBe((pushed + 2) * 128);
  });
});
