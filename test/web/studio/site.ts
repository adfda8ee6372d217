import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { ATTUNE_AUDIO } from '../../folders.ts';

/** The page, as a server or a plain host of files gives it. */
export interface Site {
  readonly url: string;
  readonly browser: Browser;
  /** what went to the console as an error, and what was thrown */
  readonly said: string[];
  /** origins that were asked for anything */
  readonly asked: Set<string>;
}

/** Opens the page and waits until it can be used. */
export async function openPage({ url, browser, said, asked }: Site, options: BrowserContextOptions = {}, path = '') {
  const page = await browser.newPage(options);
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  await page.goto(url + path);
  await page.waitForSelector('header');
  return page;
}

export const give = (page: Page, ...files: string[]) =>
  page.setInputFiles(
    'input[type=file]',
    files.map((name) => join(ATTUNE_AUDIO, name)),
  );

/** Until all that was given is answered. */
export const settled = (page: Page) =>
  page.waitForFunction(() => !document.querySelector('.status')!.textContent, undefined, { timeout: 100_000 });

export const rowsOf = (page: Page) => page.locator('.several tbody tr').allTextContents();

/** What makes the page hard to use for somebody, where it is serious. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source); // the page's own policy lets no script tag in
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** What "Save as JSON" gives of the recording that is shown. */
export async function savedJson(page: Page): Promise<{ file: string; probabilities: Record<string, number> }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('.exports >> text=JSON')]);
  const parts: Buffer[] = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}
