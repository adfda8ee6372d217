import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAudioFile } from '../../../src/audio/file.ts';
import { loadRecognizer } from '../../../src/recognize/default-weights.ts';
import { ATTUNE_AUDIO } from '../../folders.ts';
import { faultsOf, give, openPage, rowsOf, type Site, savedJson, settled } from './site.ts';

/** Of a report, as `attune recognize --format json` has it, but for its probabilities. */
const KEYS = ['file', 'startSeconds', 'durationSeconds', 'emotion', 'speech', 'spans', 'segments', 'warnings'];

/** Recordings that are answered in the page. */
export function recognising(site: () => Site): void {
  it('answers every good file in the page as Node does', async () => {
    const names = readdirSync(join(ATTUNE_AUDIO, 'good')).filter((name) => !/\.(md|json)$/.test(name));
    expect(names.length).toBeGreaterThan(15);
    const page = await openPage(site());
    await give(page, ...names.map((name) => `good/${name}`));
    await settled(page);
    const recognizer = await loadRecognizer();
    for (const name of names) {
      await page.click(`.several td >> text="${name}"`);
      const { probabilities, ...rest } = await savedJson(page);
      expect(Object.keys(rest)).toEqual(KEYS);
      const { waveform } = await readAudioFile(join(ATTUNE_AUDIO, 'good', name));
      const { probabilities: expected } = await recognizer.recognize(waveform);
      const apart = Object.entries(expected).map(([key, share]) => Math.abs(share - probabilities[key]!));
      // AAC is decoded by the browser, by another decoder than Node's, and sound of other rates resampled by it
      expect({ name, apart: Math.max(...apart) }).toEqual({
        name,
        apart: expect.closeTo(0, /m4a$/.test(name) ? 1 : 4),
      });
    }
    await recognizer.close();
    await page.close();
  });

  it('shows maps, and can be used without a mouse', async () => {
    const page = await openPage(site());
    expect(await faultsOf(page)).toEqual([]);
    await give(page, 'good/flac.flac');
    await page.waitForSelector('.said', { timeout: 60_000 });
    expect(await page.textContent('.said')).toMatch(/^angry \d\d % in 1\.9 s$/);
    await page.waitForFunction(() => {
      const canvas = document.querySelector('canvas[role=img]') as HTMLCanvasElement;
      return canvas
        .getContext('2d')!
        .getImageData(0, 0, canvas.width, 40)
        .data.some((value) => value > 0);
    });
    expect(await faultsOf(page)).toEqual([]);
    const footer = await page.textContent('footer');
    const [, seconds, megabytes] = / ms a segment · first answer after ([\d.]+) s, ([\d.]+) MB$/.exec(footer!)!;
    expect(Number(megabytes)).toBeLessThan(20); // the budget of what comes over the wire before the first answer
    expect(Number(seconds)).toBeLessThan(30); // some 3 s where nothing else is at work, loading and compiling included
    const drawn = await page.locator('.timeline svg').evaluate((svg) => svg.outerHTML.replaceAll('><', '>\n<'));
    await expect(`${drawn}\n`).toMatchFileSnapshot('golden/timeline.svg');
    await page.focus('[role=slider]');
    await page.keyboard.press('ArrowRight');
    const at = async () => Number(await page.getAttribute('[role=slider]', 'aria-valuenow'));
    const soon = { timeout: 5_000 }; // the page shows it when it next draws
    await expect.poll(at, soon).toBe(1);
    await page.keyboard.press(' ');
    await page.waitForSelector('[aria-label=Pause]');
    await page.waitForSelector('[aria-label=Play]'); // at its end; a browser may miss what is asked while it seeks that
    await page.keyboard.press('Home');
    await expect.poll(at, soon).toBe(0);
    await page.keyboard.press('End');
    await expect.poll(at, soon).toBeCloseTo(1.88, 1);
    await page.close();
  });

  it('answers several, those that it cannot hear too, by either network, on a phone in the dark', async () => {
    const page = await openPage(site(), { viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
    await give(page, 'good/opus.opus', 'good/aac.m4a', 'bad/text.wav', 'bad/silence-only.wav');
    await settled(page);
    expect(await rowsOf(page)).toEqual([
      expect.stringMatching(/^opus\.opus1\.9angry\d+ %$/),
      expect.stringMatching(/^aac\.m4a(1\.9|2\.0)angry\d+ %$/),
      'text.wavcannot be heard',
      expect.stringMatching(/^silence-only\.wav[\d.]+no speech$/), // whose probabilities are of no answer
    ]);
    await page.click('text=text.wav');
    expect(await page.textContent('[role=alert]')).toContain('no sound file');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await faultsOf(page)).toEqual([]);
    await page.selectOption('[name=weights]', 'paper');
    await settled(page);
    expect((await rowsOf(page))[0]).toMatch(/^opus\.opus1\.9/);
    await page.close();
  });

  it('fetches again what could not be fetched, the runtime too', async () => {
    const alone = { serviceWorkers: 'block' } as const; // it would give what it keeps
    const page = await openPage({ ...site(), said: [] }, alone); // what fails is told to the console
    await page.context().route('**/*.wasm', (route) => route.abort());
    await give(page, 'good/flac.flac');
    await page.waitForSelector('[role=alert]', { timeout: 60_000 });
    expect(await page.textContent('[role=alert]')).toMatch(/cannot be loaded.*Try again, reload the page/);
    await page.context().unroute('**/*.wasm');
    await page.click('button:has-text("Try again")');
    await page.waitForSelector('.said', { timeout: 60_000 });
    await page.close();
  });

  it('answers against the mean of a source', async () => {
    const page = await openPage(site());
    await give(page, 'good/flac.flac', 'good/stereo-44k.wav', 'good/pcm-u8.wav');
    await settled(page);
    await page.selectOption('[name=own]', 'mixed');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('td')].some((cell) => /\*$/.test(cell.textContent!)),
    );
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('.several >> text=CSV')]);
    expect(download.suggestedFilename()).toBe('attune-own-mean.csv');
    expect(readFileSync(await download.path(), 'utf8')).toMatch(/,segments,own_mean,error\n.*,1,mixed,\n/);
    await page.close();
  });

  it('says what it does before it listens, and listens', async () => {
    const page = await openPage(site());
    await page.click('text=Speak');
    expect(await page.textContent('.live')).toMatch(/Nothing leaves it.*must be told/);
    await page.click('text=Open the microphone');
    await page.waitForSelector('.spans li', { timeout: 60_000 });
    expect(await page.textContent('.spans li')).toMatch(/to 0:\d\d\.\d: (angry|happy)/);
    await page.click('text=Stop, and look');
    await page.waitForSelector('.answer .said', { timeout: 60_000 });
    expect(await page.textContent('.answer h2')).toBe('recorded.webm');
    await page.close();
  });
}
