import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { type BenchBrowser, findChromium, launchChromium, openBrowser } from '../../bench/browser/browser.ts';

/** WebAssembly is compiled once, quickly, not again into faster code, which takes longer than what tests run. */
const FLAGS = ['--js-flags=--liftoff-only'];

/**
 * A `describe` with a browser; skipped, with a plain line, where no Chromium is found; with `chromium` in ATTUNE_REQUIRE it fails
 * instead.
 *
 * @param body is given a function that returns the browser, once tests run
 */
export const describeInChromium = (name: string, body: (browser: () => Browser) => void): void =>
  describeIn(name, launchChromium, body);

/** {@link describeInChromium}, with the bench's page in the browser. */
export const describeInPages = (name: string, body: (browser: () => BenchBrowser) => void): void =>
  describeIn(name, openBrowser, body);

/** {@link describeInChromium}, for tests that start browsers of their own, by the path that is given. */
export function describeByChromium(name: string, body: (path: string) => void): void {
  const path = findChromium();
  if (!path && (process.env.ATTUNE_REQUIRE ?? '').split(',').includes('chromium'))
    throw new Error('ATTUNE_REQUIRE asks for Chromium, but PATH holds none and CHROMIUM_PATH names none');
  if (!path) {
    console.warn(`skipped: ${name} (no Chromium in PATH; install it or set CHROMIUM_PATH)`);
    return void describe.skip(name, () => body(''));
  }
  describe(name, () => body(path));
}

function describeIn<Opened extends { close(): Promise<void> }>(
  name: string,
  open: (path: string, flags: readonly string[]) => Promise<Opened>,
  body: (browser: () => Opened) => void,
): void {
  describeByChromium(name, (path) => {
    let browser: Opened;
    beforeAll(async () => {
      browser = await open(path, FLAGS);
    });
    afterAll(() => browser?.close());
    body(() => browser);
  });
}
