import { rm } from 'node:fs/promises';
import type { SystemName } from '../../src/cli/system.ts';
import { systemRun } from '../../src/cli/system-run.ts';
import { foldsOf } from '../../src/corpus/protocols.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { prepare } from '../../src/evaluate/prepare.ts';
import { systemOf } from '../../src/evaluate/systems.ts';
import { createNetwork } from '../../src/model/architecture.ts';
import { learnedFrom } from '../../src/run/learned-from.ts';

/** One system, learning and scoring once. */
export interface SystemTask {
  readonly system: SystemName;
  readonly threads: number;
  /** two or more; the first is not timed */
  readonly epochs: number;
  /** a folder of recordings of at least three speakers, and where their features are kept */
  readonly directory: string;
  readonly cache: string;
  /** for the state of training */
  readonly scratch: string;
}

export interface SystemTiming {
  /** numbers of the network that are learned */
  readonly parameters: number;
  /** what an epoch learns from, segments of recordings of so many seconds */
  readonly epochSegments: number;
  readonly learnedSeconds: number;
  /** of each epoch after the first */
  readonly epochSeconds: readonly number[];
  /** what comes behind the last epoch, such as a learner in closed form */
  readonly afterSeconds: number;
  /** of all that learning takes, networks by which it chooses included */
  readonly fitSeconds: number;
  /** of the recordings that are scored: their length, and how long that takes from files on, without the start */
  readonly scoredSeconds: number;
  readonly scoringSeconds: number;
  readonly peakRssMb: number;
}

/** Learns from all speakers but the first, of features in the cache, and scores everybody, the way a fold does. */
export async function measureSystem(task: SystemTask): Promise<SystemTiming> {
  const { system: name, threads, epochs, directory, cache, scratch } = task;
  const corpus = await readCorpus(directory);
  const options = systemRun(name, ['--epochs', `${epochs}`, '--threads', `${threads}`], corpus);
  const folds = foldsOf(corpus, { protocol: 'leave-one-speaker-out', seed: 1 });
  const { frontEnd, architecture, augmentation } = options;
  const manifest = await prepare(corpus, folds, { frontEnd, cache, ...(augmentation && { augmentation }) });
  const { name: fold } = folds[0]!;
  const learned = manifest.recordings.filter((recording) => recording.fold !== fold);
  const system = await systemOf(options, { directory, cache });
  const ends: { readonly at: number; readonly seen: number }[] = [];
  let seen = 0;
  const resume = `${scratch}/${name}.state`;
  const began = performance.now();
  const fitted = await system.fit(learned, {
    ...{ provenance: learnedFrom(manifest, fold), resume, fold },
    onEvent(event) {
      if ('history' in event) ends.push({ at: performance.now(), seen });
      else if ('segmentsSeen' in event) seen = event.segmentsSeen;
    },
  });
  const done = performance.now();
  await rm(resume, { force: true }); // the next round learns from the start
  const [first, last] = [ends[0]!, ends.at(-1)!];
  const scored = manifest.recordings;
  const score = async (count: number) => {
    const began = performance.now();
    await system.score(fitted, name, scored.slice(0, count));
    return (performance.now() - began) / 1000;
  };
  await score(1);
  const [one, all] = [await score(1), await score(scored.length)];
  const { parameters } = createNetwork(architecture);
  const size = ({ shape }: { readonly shape: readonly number[] }) => shape.reduce((product, side) => product * side, 1);
  return {
    parameters: [...parameters.values()].map(size).reduce((total, own) => total + own, 0),
    epochSegments: (last.seen - first.seen) / (ends.length - 1),
    learnedSeconds: secondsOf(learned),
    epochSeconds: ends.slice(1).map(({ at }, i) => (at - ends[i]!.at) / 1000),
    afterSeconds: (done - last.at) / 1000,
    fitSeconds: (done - began) / 1000,
    scoredSeconds: secondsOf(scored.slice(1)),
    scoringSeconds: all - one,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
}

const secondsOf = (recordings: readonly { readonly durationSeconds: number }[]) =>
  recordings.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
