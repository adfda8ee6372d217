import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Browser, Page as Tab } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
/** A page has threads only where it is cross-origin isolated. */
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
/** WebGPU by software, which is slow, computes the same everywhere, and is hidden behind the first flag. */
const SOFTWARE_ADAPTER = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** The browser that `CHROMIUM_PATH` names, else the first of the usual names in `PATH`; undefined where there is none. */
export function findChromium({ CHROMIUM_PATH, PATH = '' } = process.env): string | undefined {
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  return NAMES.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts the browser without a window, with a software adapter for WebGPU, and with further flags. */
export async function launchChromium(executablePath: string, flags: readonly string[] = []): Promise<Browser> {
  const { chromium } = await import('playwright-core'); // takes long to load
  return chromium.launch({ executablePath, args: [...SOFTWARE_ADAPTER, ...flags] });
}

/** A browser without a window, and the bench's page in it. */
export interface BenchBrowser {
  readonly version: string;
  /** Opens the page afresh, for WebAssembly keeps its threads as long as the page is there; the caller closes it. */
  openPage(): Promise<Tab>;
  /** Opens the page and closes it after the work. */
  withPage<Result>(work: (tab: Tab) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Bundles the page, serves it from this machine and starts the browser. */
export async function openBrowser(executablePath: string, flags: readonly string[] = []): Promise<BenchBrowser> {
  const { build, preview } = await import('vite'); // takes longer to load than all the rest of the bench
  const outDir = await mkdtemp(join(tmpdir(), 'attune-page-'));
  const site = { root: import.meta.dirname, configFile: false, logLevel: 'error', build: { outDir } } as const;
  await build(site);
  const server = await preview({ ...site, preview: { host: '127.0.0.1', port: 0, headers: ISOLATION } });
  const browser = await launchChromium(executablePath, flags);
  const openPage = async () => {
    const tab = await browser.newPage();
    await tab.goto(server.resolvedUrls!.local[0]!);
    await tab.waitForFunction(() => 'attune' in globalThis);
    return tab;
  };
  return {
    version: browser.version(),
    openPage,
    async withPage(work) {
      const tab = await openPage();
      return work(tab).finally(() => tab.close());
    },
    async close() {
      await browser.close();
      await server.close();
      await rm(outDir, { recursive: true });
    },
  };
}
