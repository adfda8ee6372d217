import { execFileSync } from 'node:child_process';
import { InvalidArgumentError, Option } from 'commander';
import { AttuneError } from '../../src/errors.ts';
import { coresInUse, machine } from '../machine.ts';
import { type CommonFlags, type Mode, OUT, QUICK } from '../mode.ts';
import { measureArchives } from './archives.ts';
import { measureDeaths } from './deaths.ts';
import { measureFolds } from './folds.ts';
import { scaleText } from './page.ts';
import { measureRecordings } from './recordings.ts';
import { findRedis } from './redis.ts';
import { type Measuring, type Parts, readScale, type ScaleFigures, writeScale } from './store.ts';

interface Flags extends CommonFlags {
  readonly quick?: true;
  readonly out?: string;
  readonly only?: readonly Part[];
}

type Part = keyof Parts;

/** The parts, in the order in which they are measured. */
const PARTS: { readonly [Name in Part]: (measuring: Measuring<Parts[Name]>) => Promise<void> } = {
  folds: measureFolds,
  archives: measureArchives,
  recordings: measureRecordings,
  deaths: measureDeaths,
};
const NAMES = Object.keys(PARTS) as Part[];

const ONLY = new Option('--only <parts>', `with --scale: of ${NAMES.join(',')}`).argParser((text): Part[] => {
  const names = text.split(',');
  const other = names.find((name) => !NAMES.includes(name as Part));
  if (other !== undefined) throw new InvalidArgumentError(`expected parts of ${NAMES.join(',')}, got ${other}`);
  return NAMES.filter((name) => names.includes(name));
});

/** `--scale`: a queue against one machine, what archives hold in Redis, and how soon work goes on after a death. */
export const scaleCommand: Mode = {
  asked: new Option(
    '--scale',
    'a queue: folds and recordings beside one machine, what archives hold in Redis, how soon work goes on after deaths',
  ),
  options: [ONLY, QUICK, OUT],
  async run({ threads, quick = false, out, only = NAMES }: Omit<Flags, 'quick'> & { readonly quick?: boolean }) {
    const redis = redisVersion();
    let figures: ScaleFigures = out === undefined ? {} : await readScale(out);
    let now: ScaleFigures = {};
    for (const part of only) {
      const loadBefore = await coresInUse();
      const began = performance.now();
      await PARTS[part]({
        quick,
        say: (line) => process.stderr.write(`${line}\n`),
        async keep(measured: Parts[Part]) {
          const took = Math.round((performance.now() - began) / 1000);
          const circumstances = { ...machine(threads), quick, redis, load_before: loadBefore, took_s: took };
          now = { ...now, [part]: { ...circumstances, ...measured } };
          figures = { ...figures, ...now };
          if (out !== undefined) await writeScale(out, figures);
        },
      });
    }
    return { json: now, text: scaleText(now) };
  },
};

/** @throws AttuneError `run` where there is no Redis */
function redisVersion(): string {
  const path = findRedis();
  if (!path) throw new AttuneError('run', 'PATH holds no redis-server: install it, or name it in REDIS_SERVER_PATH');
  return /v=(\S+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1] ?? 'of an unknown version';
}
