import { afterAll, beforeAll, describe } from 'vitest';
import { type BenchBrowser, findChromium, openBrowser } from '../../bench/browser/browser.ts';

/**
 * A `describe` with a browser; skipped, with a plain line, where no Chromium is found; with `chromium` in ATTUNE_REQUIRE it fails
 * instead.
 *
 * @param body is given a function that returns the browser, once tests run
 */
export function describeInChromium(name: string, body: (browser: () => BenchBrowser) => void): void {
  const path = findChromium();
  if (!path && (process.env.ATTUNE_REQUIRE ?? '').split(',').includes('chromium'))
    throw new Error('ATTUNE_REQUIRE asks for Chromium, but PATH holds none and CHROMIUM_PATH names none');
  if (!path) {
    console.warn(`skipped: ${name} (no Chromium in PATH; install it or set CHROMIUM_PATH)`);
    return void describe.skip(name, () => body(() => undefined as never));
  }
  describe(name, () => {
    let browser: BenchBrowser;
    beforeAll(async () => {
      browser = await openBrowser(path);
    });
    afterAll(() => browser?.close());
    body(() => browser);
  });
}
