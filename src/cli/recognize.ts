import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { readAudioFile } from '../audio/file.ts';
import { EMOTIONS } from '../corpus/emotions.ts';
import { AttuneError } from '../errors.ts';
import { readCheckpoint } from '../model/checkpoint.ts';
import { createRecognizer, type Recognition } from '../recognize/recognizer.ts';
import { whole } from './options.ts';
import { table } from './tables.ts';

export function recognizeCommand(): Command {
  return new Command('recognize')
    .description(
      'Score recordings: emotion and class probabilities, for the whole and for segments of 2 s every 0.4 s.',
    )
    .argument('<file...>', 'recordings (wav, flac, mp3, m4a, ogg, opus, webm, aiff)')
    .requiredOption('--checkpoint <file>', 'weights, such as RUN/checkpoints/FOLD.safetensors')
    .addOption(new Option('--format <name>', 'of the output').choices(['table', 'json']).default('table'))
    .option('--threads <n>', 'within one operator (default: all cores)', whole(1))
    .action(recognizeFiles);
}

async function recognizeFiles(
  files: string[],
  flags: { checkpoint: string; format: 'table' | 'json'; threads?: number },
) {
  const recognizer = await createRecognizer(
    await openCheckpoint(flags.checkpoint),
    flags.threads ? { threads: flags.threads } : {},
  );
  const results: (Recognition & { file: string })[] = [];
  let failed = 0;
  for (const file of files) {
    try {
      const { waveform, warnings } = await readAudioFile(file);
      for (const warning of warnings) process.stderr.write(`attune: warning: ${warning}\n`);
      results.push({ file, ...(await recognizer.recognize(waveform)) });
    } catch (error) {
      if (!(error instanceof AttuneError) || files.length === 1) throw error;
      process.stderr.write(`attune: ${error.message}\n`); // the other files are answered all the same
      failed++;
    }
  }
  await recognizer.close();
  process.stdout.write(
    flags.format === 'json' ? `${JSON.stringify(results, null, 2)}\n` : results.length ? `${asTable(results)}\n` : '',
  );
  if (failed) process.exitCode = 1;
}

export async function openCheckpoint(path: string) {
  try {
    return readCheckpoint(await readFile(path), path);
  } catch (cause) {
    if (cause instanceof AttuneError) throw cause;
    throw new AttuneError(
      'checkpoint',
      `${path}: the checkpoint cannot be read (${(cause as NodeJS.ErrnoException).code}); give the path of a .safetensors file of a run`,
      { cause },
    );
  }
}

function asTable(results: readonly (Recognition & { file: string })[]): string {
  const rows = results.map(({ file, durationSeconds, emotion, probabilities, segments }) => [
    file,
    durationSeconds.toFixed(2),
    emotion,
    ...EMOTIONS.map((name) => probabilities[name].toFixed(3)),
    String(segments.length),
  ]);
  return table([['file', 'seconds', 'emotion', ...EMOTIONS, 'segments'], ...rows]);
}
