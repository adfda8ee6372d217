// How many labelled recordings of a new corpus help: 5, 10 and 20 of each class of RAVDESS, tested on speakers who were not labelled.
//
//   npm run build && npx tsx recipes/few-labels.ts [--out runs/few-labels]
//
// Ways to learn from them: the head of the default weights alone, and a new head behind the speech encoder; of the paper's network its head,
// all of its weights, and from scratch. Everything below was fixed before a figure was seen, and nothing was chosen by one. Stopped and
// started again, it goes on. Runs, whose checkpoints
// are trained on RAVDESS, stay in `out`; figures go to results/few-labels. Folders of recordings come from ATTUNE_CORPORA.
import { mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../bench/machine.ts';
import { trainingDefaults } from '../src/cli/training-defaults.ts';
import { EMOTIONS } from '../src/corpus/emotions.ts';
import { readCorpus } from '../src/corpus/read.ts';
import type { Corpus, Utterance } from '../src/corpus/utterance.ts';
import { crossValidate } from '../src/evaluate/crossval.ts';
import { inFull } from '../src/features/front-end.ts';
import { Random } from '../src/random.ts';
import { loadDefaultCheckpoint } from '../src/recognize/default-weights.ts';
import type { RunOptions } from '../src/run/run-files.ts';
import { writeJson } from '../src/run/run-folder.ts';
import { type Metrics, metricsOf } from '../src/statistics/metrics.ts';
import { predictionsAt, type ScoredUtterance } from '../src/statistics/temperature.ts';
import { DEFAULT_OPTIMIZER, OPTIMIZER_DEFAULTS } from '../src/train/optimizers/optimizers.ts';
import { DRAWS, type FewLabels, RESULTS, type Trial, WAYS, writeFewLabelsPage } from './few-labels/page.ts';
import { keptJson } from './shared/kept-json.ts';

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'runs/few-labels' }, cache: { type: 'string' } },
});
const corpora = process.env.ATTUNE_CORPORA;
if (!corpora) throw new Error('expected the folder that holds ravdess in ATTUNE_CORPORA');

const WEIGHTS = { encoder: 'weights/attune.safetensors', paper: 'weights/paper.safetensors' } as const;
/** Recordings of each class. */
const SIZES = [5, 10, 20];
/** Half women, half men; nobody of them is ever labelled. */
const TESTED = ['17', '18', '19', '20', '21', '22', '23', '24'];
/** Of the paper's network: small batches, for there are few steps. */
const SCHEDULE = { epochs: 15, batchSize: 16, decayEpochs: [9, 13] };

const ravdess = await readCorpus(join(corpora, 'ravdess'));
const isTested = ({ speaker }: Utterance) => TESTED.includes(speaker);

/** So many recordings of each class, of speakers who are not tested, drawn by the seed. */
function labelled(size: number, draw: number): Utterance[] {
  const others = ravdess.utterances.filter((utterance) => !isTested(utterance));
  return EMOTIONS.flatMap((emotion) => {
    const own = others.filter((utterance) => utterance.emotion === emotion);
    return Random.named(draw, `labels of ${emotion}`).shuffle(own).slice(0, size); // fewer are some of more
  });
}

/** Two names of the folder: what is trained on and tested is told apart by them. */
async function part(name: string, utterances: readonly Utterance[]): Promise<Corpus> {
  const directory = resolve(values.out, 'corpus', name);
  await mkdir(resolve(values.out, 'corpus'), { recursive: true });
  await symlink(ravdess.directory, directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return { ...ravdess, directory, utterances: [...utterances].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** How the paper's network learns, or what learns behind the encoder. */
async function learning(way: keyof typeof WAYS): Promise<Omit<RunOptions, 'protocol' | 'seed' | 'threads'>> {
  const { weights, ...how } = WAYS[way];
  const { architecture, frontEnd } = await loadDefaultCheckpoint(weights);
  const network = { architecture, frontEnd: inFull(frontEnd), ...(how.freeze && { freeze: true }) };
  if (weights === 'paper')
    return {
      ...{ ...network, optimizer: DEFAULT_OPTIMIZER },
      schedule: { ...SCHEDULE, learningRate: (how as { learningRate: number }).learningRate },
    };
  const { epochs, batchSize, decay, optimizer, learningRate, weightDecay } = trainingDefaults({
    ...{ frontEnd: 'encoder', pooling: 'mean' },
  });
  return {
    ...{ ...network, balance: true },
    schedule: { epochs, batchSize, learningRate, decayEpochs: [...decay] },
    optimizer: { ...OPTIMIZER_DEFAULTS[optimizer].optimizer, weightDecay },
    ...(!how.init && { augmentation: { copies: 1, alterations: ['room', 'noise', 'channel'], masks: false } }),
  };
}

async function trial(way: keyof typeof WAYS, size: number, draw: number): Promise<Trial> {
  const { weights, init } = WAYS[way];
  const out = join(values.out, `${way}-${size}-${draw}`);
  const metrics =
    (await keptJson<Pick<Metrics, 'wa' | 'ua' | 'leaks'>>(join(out, 'metrics.json'))) ??
    (await crossValidate({
      corpus: await part('labelled', labelled(size, draw)),
      testOn: await part('tested', ravdess.utterances.filter(isTested)),
      out,
      ...(init && { init: WEIGHTS[weights] }),
      options: {
        protocol: 'cross-corpus',
        // one recording of RAVDESS is there twice; a few labels lack speakers
        accept: ['same-audio', 'speaker-missing'],
        ...(await learning(way)),
        ...{ seed: draw, threads: 1 },
      },
      ...{ jobs: 1, cache: values.cache ?? join(values.out, 'cache') },
    }));
  return { way, size, draw, wa: metrics.wa, ua: metrics.ua, leaks: metrics.leaks ?? null };
}

/** UA of weights as they are, on the same recordings. */
async function unlabelled(path: string): Promise<number> {
  const scored = (await keptJson<ScoredUtterance[]>(path))!;
  const own = scored.filter(({ speaker }) => TESTED.includes(speaker));
  return metricsOf(predictionsAt(own, EMOTIONS, 1), { seed: 1 }).ua;
}

const made = machine(1);
const trials: Trial[] = [];
for (const way of Object.keys(WAYS) as (keyof typeof WAYS)[])
  for (const draw of DRAWS[WAYS[way].weights])
    for (const size of SIZES) {
      const began = performance.now();
      trials.push(await trial(way, size, draw));
      const { ua } = trials.at(-1)!;
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      process.stderr.write(`${way}, ${size} of each class, draw ${draw}: UA ${(100 * ua).toFixed(1)} (${seconds} s)\n`);
    }
const tested = ravdess.utterances.filter(isTested).length;
const asTheyAre = {
  encoder: await unlabelled('results/encoder/shipped-ravdess.json'), // the tested speakers are among those
  paper: await unlabelled('results/default-weights/ravdess.json'),
};
await mkdir(RESULTS, { recursive: true });
await writeJson(join(RESULTS, 'figures.json'), {
  ...{ made, tested, trials, unlabelled: asTheyAre },
} satisfies FewLabels);
await writeFewLabelsPage();
