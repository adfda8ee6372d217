import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { AttuneError } from '../errors.ts';
import { cannotWrite, writeWhole } from '../files.ts';
import { refuseOverwriting } from '../overwriting.ts';
import { exportOnnx } from '../recognize/export.ts';
import { exportClassifier } from '../recognize/hugging-face/export.ts';
import { openCheckpoint } from '../recognize/open-checkpoint.ts';
import { addCheckpointOptions, type CheckpointFlags, chosenCheckpoint } from './options.ts';
import { print } from './terminal.ts';

interface Flags extends CheckpointFlags {
  readonly out: string;
  readonly format: 'onnx' | 'transformers';
}

const NOTES = `
The file holds front end, network and temperature, in ONNX operator set 13
without custom operators. With attention pooling it gives the attention maps
too. Its metadata name the classes in the order of the probabilities.

With --format transformers, a folder in Hugging Face's layout: config.json,
preprocessor_config.json and onnx/model.onnx, which takes input_values and gives
logits. The audio-classification pipeline of transformers.js runs it.

  attune export --out attune.onnx
  attune export --out mine.onnx --checkpoint runs/emodb/checkpoints/03.safetensors
  attune export --out models/emotion --format transformers`;

export function exportCommand(): Command {
  return addCheckpointOptions(
    new Command('export')
      .description(
        'Write the recogniser as one ONNX file, from 16 kHz samples to probabilities, for any ONNX runtime in any language, or as a folder for transformers.js.',
      )
      .requiredOption('--out <path>', 'what to write: a file that ends in .onnx, or the folder for transformers')
      .addOption(new Option('--format <name>', 'of what is written').choices(['onnx', 'transformers']).default('onnx')),
  )
    .addHelpText('after', NOTES)
    .action(({ format, ...flags }: Flags) => (format === 'onnx' ? writeFile(flags) : writeFolder(flags)));
}

type Place = Omit<Flags, 'format'>;
const megabytes = (bytes: Uint8Array) => `${(bytes.length / 1e6).toFixed(1)} MB`;

async function writeFile({ out, ...flags }: Place): Promise<void> {
  if (!out.endsWith('.onnx'))
    throw new AttuneError('usage', `expected --out to end in .onnx, got ${out}; name the file MODEL.onnx`);
  await refuseOverwriting([out], [flags.checkpoint]);
  const bytes = await exportOnnx(await openCheckpoint(chosenCheckpoint(flags)));
  await writeWhole(out, bytes);
  print([`${out}: ${megabytes(bytes)}; samples [n] at 16 kHz to probabilities`]);
}

async function writeFolder({ out, ...flags }: Place): Promise<void> {
  if (out.endsWith('.onnx'))
    throw new AttuneError(
      'usage',
      `expected --out to be a folder for --format transformers, got ${out}; name a folder`,
    );
  const files = await exportClassifier(await openCheckpoint(chosenCheckpoint(flags)));
  await refuseOverwriting(
    Object.keys(files).map((path) => join(out, path)),
    [flags.checkpoint],
  );
  for (const [path, bytes] of Object.entries(files)) {
    const place = join(out, path);
    await mkdir(dirname(place), { recursive: true }).catch((cause) => Promise.reject(cannotWrite(out, cause)));
    await writeWhole(place, bytes);
  }
  const model = files['onnx/model.onnx']!;
  print([`${out}: ${megabytes(model)}; input_values [batch, samples] at 16 kHz to logits, for transformers.js`]);
}
