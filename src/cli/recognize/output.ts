import { access, constants, mkdir, open, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { AttuneError } from '../../errors.ts';
import { cannotWrite, type GrowingFile, openGrowing, writeWhole } from '../../files.ts';
import { refuseOverwriting } from '../../overwriting.ts';
import { commonFolder, type Listed, STANDARD_INPUT, STDIN_NAME } from '../../recognize/recordings.ts';
import { printData } from '../terminal.ts';
import { type Formatter, type Outcome, TRACK_EXTENSION, type Track, trackOf } from './format.ts';

/** Where results go, one after another. */
export interface Output {
  write(outcome: Outcome): Promise<void>;
  /** after the last */
  finish(): Promise<void>;
  /** in place of `finish` where the work failed: leaves nothing half-written behind */
  abandon(): Promise<void>;
}

/** Results on standard output, each as soon as it is there. */
export function toStdout(formatter: Formatter): Output {
  let begun = false;
  const head = () => {
    const text = begun ? '' : formatter.head;
    begun = true;
    return text;
  };
  return {
    write: (outcome) => printData(head() + formatter.of(outcome)),
    finish: () => printData(head() + formatter.tail()),
    abandon: async () => {},
  };
}

/**
 * Results in a file that stands under its name only when all are in it; where the process is told to stop before, nothing stays.
 *
 * @param read files that are to be read, and so not to be replaced
 * @throws AttuneError `run` at once where it cannot be written, `usage` where it is a folder or one of `read`
 */
export async function toFile(
  path: string,
  formatter: Formatter,
  read: readonly (string | undefined)[],
): Promise<Output> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory())
    throw new AttuneError('usage', `${path} is a folder; expected the name of a file after --out`);
  if (/[\\/]$/.test(path))
    throw new AttuneError('usage', `${path} names a folder; expected the name of a file after --out`);
  await refuseOverwriting([path], read);
  const isDevice = there !== undefined && !there.isFile(); // or a pipe: written as it goes, for it cannot be replaced
  const file = isDevice ? await openDevice(path) : await openGrowing(path);
  await file.append(formatter.head).catch(async (error) => {
    await file.abandon();
    throw error;
  });
  return {
    write: (outcome) => file.append(formatter.of(outcome)),
    async finish() {
      await file.append(formatter.tail());
      await file.finish();
    },
    abandon: file.abandon,
  };
}

async function openDevice(path: string): Promise<GrowingFile> {
  const attempt = <Result>(work: Promise<Result>) =>
    work.catch((cause) => {
      throw cannotWrite(path, cause);
    });
  const file = await attempt(open(path, 'w'));
  return {
    append: (text) => attempt(file.appendFile(text)),
    finish: () => attempt(file.close()),
    abandon: () => file.close().catch(() => {}),
  };
}

/**
 * A file a recording in a folder, which is made where it alone is missing: `sub/a.wav` becomes `sub/a.wav.vtt`, counted from the folder
 * that was given, or from the one that holds all that were given; so two recordings never have one name.
 *
 * @param read files that are to be read, and so not to be replaced
 * @throws AttuneError `run` at once where the folder cannot be written, `usage` where it is a file, or one of `read` would be replaced
 */
export async function toFolder(
  folder: string,
  format: Track,
  recordings: readonly Listed[],
  read: readonly (string | undefined)[],
): Promise<Output> {
  const there = await stat(folder).catch(() => undefined);
  if (there && !there.isDirectory())
    throw new AttuneError('usage', `${folder} is no folder; expected a folder after --out, for a ${format} file each`);
  if (!there && folder.endsWith(TRACK_EXTENSION[format]))
    throw new AttuneError(
      'usage',
      `expected a folder after --out, for a ${format} file of each recording, got the name of a file, ${folder}; name a folder`,
    );
  try {
    if (!there) await mkdir(folder);
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
  const root = commonFolder(recordings.filter(({ file }) => file !== STANDARD_INPUT).map(({ root }) => resolve(root)));
  const trackFor = (file: string) =>
    join(folder, `${file === STDIN_NAME ? file : relative(root, resolve(file))}${TRACK_EXTENSION[format]}`);
  await refuseOverwriting(
    recordings.map(({ file }) => trackFor(file === STANDARD_INPUT ? STDIN_NAME : file)),
    read,
  );
  return {
    async write(outcome) {
      const text = trackOf(format, outcome);
      if (text === undefined) return;
      const path = trackFor(outcome.file);
      await mkdir(dirname(path), { recursive: true }).catch((cause) => {
        throw cannotWrite(path, cause);
      });
      await writeWhole(path, text);
    },
    finish: async () => {},
    abandon: async () => {},
  };
}
