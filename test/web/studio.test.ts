import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../../bench/browser/browser.ts';
import { readAudioFile } from '../../src/audio/file.ts';
import { loadRecognizer } from '../../src/recognize/default-weights.ts';
import { ATTUNE_AUDIO, ATTUNE_CORPORA, describeWith } from '../folders.ts';
import { settingsOf, startServer } from '../server/serving.ts';
import { describeByChromium } from './chromium.ts';

/** What makes the page hard to use for somebody, where it is serious. */
const faults = async (page: Page) => {
  await page.evaluate(axe.source); // the page's own policy lets no script tag in
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
};

describeWith(ATTUNE_AUDIO, 'with recordings', () => {
  describeByChromium('the page of attune serve', (chromium) => {
    let server: Awaited<ReturnType<typeof startServer>>;
    let browser: Browser;
    const said: string[] = [];
    const asked = new Set<string>();
    const open = async (options: Parameters<Browser['newPage']>[0] = {}) => {
      const page = await browser.newPage(options);
      page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      page.on('request', (request) => asked.add(new URL(request.url()).origin));
      await page.goto(server.url);
      await page.waitForSelector('.empty');
      return page;
    };
    const give = (page: Page, ...files: string[]) =>
      page.setInputFiles(
        'input[type=file]',
        files.map((name) => join(ATTUNE_AUDIO, name)),
      );

    beforeAll(async () => {
      await promisify(execFile)('npm', ['run', 'build:page']);
      server = await startServer(settingsOf(), { level: 'silent' });
      browser = await launchChromium(chromium, [
        ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
        `--use-file-for-fake-audio-capture=${join(ATTUNE_CORPORA, 'emodb/03a01Wa.wav')}`,
      ]);
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await server?.stop();
    });

    it('answers a file in the page as Node does, shows its maps, and can be used without a mouse', async () => {
      const page = await open();
      expect(await faults(page)).toEqual([]);
      await give(page, 'good/flac.flac');
      await page.waitForSelector('.said', { timeout: 60_000 });
      const recognizer = await loadRecognizer();
      const { waveform } = await readAudioFile(join(ATTUNE_AUDIO, 'good/flac.flac'));
      const { emotion, probabilities } = await recognizer.recognize(waveform).finally(recognizer.close);
      expect(await page.textContent('.said')).toBe(`${emotion} ${Math.round(100 * probabilities[emotion])} % in 1.9 s`);
      await page.waitForFunction(() => {
        const canvas = document.querySelector('canvas[role=img]') as HTMLCanvasElement;
        return canvas
          .getContext('2d')!
          .getImageData(0, 0, canvas.width, 40)
          .data.some((value) => value > 0);
      });
      expect(await faults(page)).toEqual([]);
      await page.close();
    });

    it('answers several, those that it cannot hear too, by either network', async () => {
      const page = await open({ viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
      await give(page, 'good/opus.opus', 'good/aac.m4a', 'bad/text.wav', 'bad/silence-only.wav');
      const rows = () => page.locator('tbody tr').allTextContents();
      await page.waitForFunction(() => !document.querySelector('.status')!.textContent, undefined, { timeout: 60_000 });
      expect(await rows()).toEqual([
        expect.stringMatching(/^opus\.opus1\.9angry\d+ %$/),
        expect.stringMatching(/^aac\.m4a(1\.9|2\.0)angry\d+ %$/),
        'text.wavcannot be heard',
        expect.stringMatching(/^silence-only\.wav[\d.]+no speech\d+ %$/),
      ]);
      await page.click('text=text.wav');
      expect(await page.textContent('[role=alert]')).toContain('no sound file');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      expect(await faults(page)).toEqual([]);
      await page.selectOption('.give select', 'paper');
      await page.waitForFunction(() => !document.querySelector('.status')!.textContent, undefined, { timeout: 60_000 });
      expect((await rows())[0]).toMatch(/^opus\.opus1\.9/);
      await page.close();
    });

    it('says what it does before it listens, and listens', async () => {
      const page = await open();
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

    it('asks nobody else, says nothing to the console, and is small before the network comes', () => {
      expect([...asked].filter((origin) => origin !== server.url && !origin.startsWith('null'))).toEqual([]);
      expect(said).toEqual([]);
      const html = readFileSync('dist/page/index.html', 'utf8');
      const first = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, path]) =>
        readFileSync(join('dist/page', path!)),
      );
      const bytes = [Buffer.from(html), ...first].reduce((sum, file) => sum + gzipSync(file).length, 0);
      expect(bytes).toBeLessThan(200_000);
    });
  });
});
