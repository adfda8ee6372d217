import { join } from 'node:path';
import * as v from 'valibot';
import { AttuneError } from '../../errors.ts';
import { finite, list, type Schema } from '../../json.ts';
import { readJson } from '../../run/run-folder.ts';
import type { STUDY } from '../schemas.ts';
import { fileIn, textOf } from './folders.ts';
import { keepFiles, mtimeOf } from './kept-files.ts';

export type Study = v.InferOutput<typeof STUDY>;
export type StudyKind = Study['kind'];

interface Files {
  readonly figures: string;
  /** its picture, where it has one */
  readonly picture?: string;
}

/** What a study leaves in its folder. */
export const STUDIES: Readonly<Record<StudyKind, Files>> = {
  table1: { figures: 'table1.json' },
  figure2: { figures: 'sweep.json', picture: 'figure2.svg' },
  gap: { figures: 'gap.json', picture: 'gap.svg' },
};
export const KINDS = Object.keys(STUDIES) as StudyKind[];

/** Whether there is such a study, whatever names objects have of their own. */
export const isKind = (kind: string): kind is StudyKind => Object.hasOwn(STUDIES, kind);

const AGAIN = "Put back a good copy, or start the study's command again, which writes it anew.";

const interval = v.nullable(v.object({ low: finite, high: finite }));
const figure = v.looseObject({ mean: finite, jackknife: interval });
const dated = { date: v.optional(v.pipe(v.string(), v.isoDate('a date'))) };
/** What is read of a study's figures; the rest is as it is. */
const FIGURES: Readonly<Record<StudyKind, Schema<{ readonly date?: string | undefined }>>> = {
  table1: v.looseObject({
    ...{ corpus: v.string(), utterances: finite, speakers: finite, command: v.string(), notes: list(v.string()) },
    rows: list(
      v.looseObject({
        ...{ title: v.string(), asked: v.boolean() },
        figures: v.nullable(
          v.looseObject({ ...{ wa: figure, ua: figure }, runs: list(v.looseObject({ run: v.string() })) }),
        ),
      }),
    ),
    ...dated,
  }),
  figure2: v.looseObject(dated),
  gap: v.looseObject(dated),
};

/** What reads studies. */
export interface StudyReader {
  /** @param id its folder, empty for the folder of runs itself */
  row(folder: string, id: string, kind: StudyKind): Promise<Study>;
  /**
   * Its figures as JSON, or its picture as SVG.
   *
   * @throws AttuneError `run` where a file is missing or damaged, or the name leads elsewhere
   */
  text(root: string, id: string, kind: StudyKind, part: keyof Files): Promise<string>;
}

export function createStudyReader(): StudyReader {
  const figures = Object.fromEntries(
    KINDS.map((kind) => [kind, keepFiles(async (path) => pick(await readJson(path, FIGURES[kind], AGAIN)))] as const),
  ) as Record<StudyKind, ReturnType<typeof keepFiles<{ readonly date?: string | undefined }>>>;
  const pictures = keepFiles(async (path) => {
    refuseCutPicture(path, await textOf(path));
    return true;
  });
  return {
    async row(folder, id, kind) {
      const { picture } = STUDIES[kind];
      const path = join(folder, STUDIES[kind].figures);
      const { value, damage } = await figures[kind](path);
      const drawn = picture ? await pictures(join(folder, picture)) : undefined;
      const damages = [damage, drawn?.damage].filter((one) => one !== undefined);
      const changed = value?.date ?? new Date(await mtimeOf(path)).toISOString();
      return { id, kind, changed, damages };
    },
    async text(root, id, kind, part) {
      const name = STUDIES[kind][part];
      if (!name) throw new AttuneError('run', 'this study has no picture; ask for its figures');
      const path = await fileIn(root, id, name).catch(async () => {
        await fileIn(root, id, STUDIES[kind].figures).catch(() => {
          throw new AttuneError('run', `there is no ${STUDIES[kind].figures} there, so no such study`);
        });
        throw new AttuneError('run', `${name} of this study is missing. ${AGAIN}`);
      });
      const { damage } = part === 'figures' ? await figures[kind](path) : await pictures(path);
      if (damage) throw new AttuneError('run', damage);
      return textOf(path);
    },
  };
}

const pick = (found: { readonly date?: string | undefined } | undefined) => found && { date: found.date };

/** A picture that is whole begins and ends as SVG does; whether all between is well-formed, whoever draws it sees. */
function refuseCutPicture(path: string, text: string): void {
  if (/^\s*(<\?xml[^>]*>\s*)?<svg[\s>]/.test(text) && /<\/svg>\s*$/.test(text)) return;
  throw new AttuneError('run', `${path} is damaged and no picture. ${AGAIN}`);
}
