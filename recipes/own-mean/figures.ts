import { machine } from '../../bench/machine.ts';
import { writeJson } from '../../src/run/run-folder.ts';
import { keptJson } from '../shared/kept-json.ts';
import { type ByMethod, DRAWS, type FolderFigures, folderFigures, speakerFigures } from './draws.ts';
import { writeOwnMeanSections } from './page.ts';
import { type Half, heardCorpora, readWeights } from './scores.ts';

const RESULTS = 'results/encoder';
const FILE = `${RESULTS}/own-mean.json`;

export interface StudiedCorpus {
  readonly name: string;
  readonly folders: readonly FolderFigures[];
  /** a source is all that a speaker says */
  readonly speakers: ByMethod;
}

/** `results/encoder/own-mean.json` */
export interface OwnMeanFigures {
  readonly made: ReturnType<typeof machine>;
  readonly draws: number;
  readonly development: readonly StudiedCorpus[];
  /** absent until all else is final */
  readonly test?: readonly StudiedCorpus[];
}

/** Figures of one half of the speakers; those of the test speakers are never made twice. */
export async function study(corpora: string, half: Half): Promise<void> {
  const before = await keptJson<OwnMeanFigures>(FILE);
  if (half === 'test' && (before?.test || !before))
    throw new Error(
      `${FILE} ${before ? 'holds the figures of the test speakers already' : 'is missing: develop first'}`,
    );
  const made = machine(1); // before a file is changed
  const { classes, temperature = 1, reference } = await readWeights();
  if (!reference) throw new Error('the default weights have no reference: ship them first');
  const studied: StudiedCorpus[] = [];
  for (const corpus of await heardCorpora(corpora, half)) {
    const heard = { classes, temperature, reference };
    studied.push({ name: corpus.name, folders: folderFigures(corpus, heard), speakers: speakerFigures(corpus, heard) });
  }
  const figures = { development: [], ...before, made, draws: DRAWS, [half]: studied };
  await writeJson(FILE, figures);
  await writeOwnMeanSections(RESULTS, figures);
}
