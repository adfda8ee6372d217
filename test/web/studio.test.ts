import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../../bench/browser/browser.ts';
import { ATTUNE_AUDIO, ATTUNE_CORPORA, describeWith } from '../folders.ts';
import { settingsOf, startServer } from '../server/serving.ts';
import { describeByChromium } from './chromium.ts';
import { alone } from './studio/alone.ts';
import { recognising } from './studio/recognising.ts';
import { watching } from './studio/runs.ts';
import { serving } from './studio/serving.ts';
import type { Site } from './studio/site.ts';

describeWith(ATTUNE_AUDIO, 'with recordings', () => {
  describeByChromium('the page of attune serve', (chromium) => {
    let server: Awaited<ReturnType<typeof startServer>>;
    let site: Site;

    beforeAll(async () => {
      await promisify(execFile)('npm', ['run', 'build:page']);
      server = await startServer(settingsOf({ runs: 'results' }), { level: 'silent' });
      await server.ready;
      const browser = await launchChromium(chromium, [
        ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
        `--use-file-for-fake-audio-capture=${join(ATTUNE_CORPORA, 'emodb/03a01Wa.wav')}`,
      ]);
      site = { url: server.url, browser, said: [], asked: new Set() };
    }, 120_000);
    afterAll(async () => {
      await site?.browser.close();
      await server?.stop();
    });

    recognising(() => site);
    serving(() => site);
    watching(() => site);

    it('asks nobody else, says nothing to the console, and is small before the network comes', () => {
      expect([...site.asked].filter((origin) => origin !== server.url && !origin.startsWith('null'))).toEqual([]);
      expect(site.said).toEqual([]);
      const html = readFileSync('dist/page/index.html', 'utf8');
      const first = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, path]) =>
        readFileSync(join('dist/page', path!)),
      );
      const bytes = [Buffer.from(html), ...first].reduce((sum, file) => sum + gzipSync(file).length, 0);
      expect(bytes).toBeLessThan(200_000);
    });

    alone(() => site, chromium);
  });
});
