import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { launchChromium } from '../../../bench/browser/browser.ts';
import { settingsOf, startServer } from '../../server/serving.ts';
import { give, openPage, type Site, settled } from './site.ts';

/** Any host of files: it sends no header of ours. */
async function plainHost() {
  const app = new Hono().use('*', serveStatic({ root: 'dist/page' }));
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

/** The page without a server of ours, without a network, and in browsers that lack something. */
export function alone(site: () => Site, chromium: string): void {
  const hosts = {
    'any host of files': plainHost,
    'attune serve': async () => startServer(settingsOf(), { level: 'silent' }),
  };
  for (const [name, start] of Object.entries(hosts))
    it(`is served by ${name}, and works without a network from then on`, async () => {
      const host = await start();
      const page = await openPage({ ...site(), url: host.url, said: [], asked: new Set() });
      if (name === 'attune serve') await page.waitForSelector('[name=place]');
      else expect(await page.isVisible('[name=place]')).toBe(false); // there is no server to switch to
      await page.evaluate(async () => {
        await navigator.serviceWorker.ready;
      });
      if (name !== 'attune serve') {
        await page.goto(`${host.url}/#runs`);
        await page.waitForSelector('text=There is no server behind this page');
        await page.goto(`${host.url}/index.html`); // as some open it
        await page.waitForSelector('.empty');
      }
      await host.stop();
      const session = await page.context().newCDPSession(page);
      await session.send('Network.clearBrowserCache'); // it would hide what was not kept
      await page.reload();
      await page.waitForSelector('.empty');
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true); // by what keeps the page, where the host sends no headers
      await page.click('.empty >> text=angry');
      await page.waitForSelector('.said', { timeout: 60_000 });
      expect(await page.textContent('footer')).toContain('several threads');
      await give(page, 'good/vorbis.ogg');
      await settled(page);
      expect(await page.textContent('.several')).toMatch(/vorbis\.ogg1\.9/);
      await page.close();
    });

  const say = async (flags: readonly string[], act: (site: Site) => Promise<string | null>) => {
    const browser = await launchChromium(chromium, flags);
    const told = await act({ ...site(), browser, said: [], asked: new Set() });
    await browser.close();
    return told;
  };
  const speak = async (own: Site) => {
    const page = await openPage(own);
    await page.click('text=Speak');
    await page.click('text=Open the microphone');
    await page.waitForSelector('[role=alert]');
    return page.textContent('[role=alert]');
  };

  it('says what to do where there is no microphone, it is refused, and WebAssembly is missing', async () => {
    expect(await say([], speak)).toMatch(/No microphone was found. Connect one/);
    expect(await say(['--use-fake-device-for-media-stream'], speak)).toMatch(/was refused. Allow it/);
    const hear = async (own: Site) => {
      const page = await own.browser.newPage();
      await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
      await page.goto(own.url);
      await give(page, 'good/flac.flac');
      await page.waitForSelector('[role=alert]');
      return page.textContent('[role=alert]');
    };
    expect(await say([], hear)).toMatch(/WebAssembly/);
  });
}
