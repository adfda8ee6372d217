import { AttuneError } from './errors.ts';
import { saidBy } from './text.ts';

/** What of a file's bytes tells it from others: SHA-256, hexadecimal; undefined where a browser does not let bytes be hashed, as in pages that came by plain http. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const digest = await globalThis.crypto?.subtle?.digest('SHA-256', bytes);
  return digest && Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * A file that comes with the package: read in Node, fetched in a page.
 *
 * @param what errors call it, such as `the default weights`
 * @param otherwise what to do in a page
 * @throws AttuneError `checkpoint` where it cannot be read
 */
export async function readPackageFile(url: URL, what: string, otherwise: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (url.protocol === 'file:') return new Uint8Array(process.getBuiltinModule('node:fs').readFileSync(url)); // fetch takes no files in Node
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new AttuneError(
      'checkpoint',
      `${what} could not be read from ${url}: ${saidBy(cause)}; reinstall the package, or ${otherwise}`,
      { cause },
    );
  }
}
