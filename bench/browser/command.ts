import { Option } from 'commander';
import { AttuneError } from '../../src/errors.ts';
import { BINS, FRAMES } from '../../src/features/spectrogram.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { table } from '../../src/plain-table.ts';
import { BATCH, median, TRAIN_BATCH } from '../figures.ts';
import { machine } from '../machine.ts';
import { type CommonFlags, type Mode, QUICK } from '../mode.ts';
import { type BenchBrowser, findChromium, openBrowser } from './browser.ts';
import { type TrainingTask, trainingSteps } from './training-steps.ts';

/** The browser compiles WebAssembly anew, faster code, while the first runs go on. */
const WARM_UP = 2;
/** A minute and a half on two cores. */
const STEPS = 3;

/** What WebAssembly does with some threads, in segments a second. */
interface BrowserFigures {
  readonly threads: number;
  readonly train_batch16_segments_per_s: number;
  readonly train_batch64_segments_per_s: number;
  readonly infer_batch1_segments_per_s: number;
  readonly infer_batch16_segments_per_s: number;
  /** of the steps of batch 16 */
  readonly losses: readonly number[];
  /** the largest difference of these losses from those in Node */
  readonly losses_off_node: number;
}

/** `--browser`: WebAssembly in Chromium, with one thread and with `--threads`. */
export const browserCommand: Mode = {
  asked: new Option('--browser', 'measure WebAssembly in Chromium (from CHROMIUM_PATH or PATH), and nothing else'),
  options: [QUICK],
  async run({ threads, quick }: CommonFlags & { readonly quick?: true }) {
    const path = findChromium();
    if (!path)
      throw new AttuneError(
        'usage',
        'expected a Chromium in PATH, found none; install it or name one by CHROMIUM_PATH',
      );
    const browser = await openBrowser(path);
    try {
      const figures: BrowserFigures[] = [];
      for (const count of new Set([1, threads])) figures.push(await measure(browser, count, quick ? 1 : STEPS));
      const heading = { ...machine(threads), browser: `Chromium ${browser.version}` };
      return {
        json: { ...heading, wasm: figures },
        text: figuresTable(`${heading.browser}, ${heading.processor}`, figures),
      };
    } finally {
      await browser.close();
    }
  },
};

async function measure(browser: BenchBrowser, threads: number, steps: number): Promise<BrowserFigures> {
  const training = (batch: number): TrainingTask => ({
    architecture: DEFAULT_ARCHITECTURE,
    input: [1, BINS, FRAMES],
    batch,
    steps: WARM_UP + steps,
    seed: 1,
    session: { threads },
  });
  const train = (batch: number) =>
    browser.withPage((tab) => tab.evaluate((task) => globalThis.attune.train(task), training(batch)));
  const infer = async (batch: number, repetitions: number) => {
    const task = { what: 'inference', threads, repetitions, batch } as const;
    const seconds = await browser.withPage((tab) => tab.evaluate((task) => globalThis.attune.measure(task), task));
    return rate(batch, seconds);
  };
  const small = await train(BATCH);
  const large = await train(TRAIN_BATCH);
  const inNode = await trainingSteps(training(BATCH));
  return {
    threads,
    train_batch16_segments_per_s: rate(BATCH, small.seconds.slice(WARM_UP)),
    train_batch64_segments_per_s: rate(TRAIN_BATCH, large.seconds.slice(WARM_UP)),
    infer_batch1_segments_per_s: await infer(1, 20 * steps),
    infer_batch16_segments_per_s: await infer(BATCH, 4 * steps),
    losses: small.losses,
    losses_off_node: Math.max(...small.losses.map((loss, i) => Math.abs(loss - inNode.losses[i]!))),
  };
}

const rate = (batch: number, seconds: readonly number[]) => Number((batch / median(seconds)).toPrecision(4));

const figuresTable = (heading: string, figures: readonly BrowserFigures[]): string =>
  [
    heading,
    '',
    table([
      ['WebAssembly, segments/s', ...figures.map(({ threads }) => `${threads} thread${threads > 1 ? 's' : ''}`)],
      ['training, batch 16', ...figures.map((f) => `${f.train_batch16_segments_per_s}`)],
      ['training, batch 64', ...figures.map((f) => `${f.train_batch64_segments_per_s}`)],
      ['inference, batch 16', ...figures.map((f) => `${f.infer_batch16_segments_per_s}`)],
      ['inference, batch 1', ...figures.map((f) => `${f.infer_batch1_segments_per_s}`)],
      ['losses, largest difference from Node', ...figures.map((f) => f.losses_off_node.toExponential(1))],
    ]),
  ].join('\n');
