import { Command } from 'commander';
import { AttuneError } from '../errors.ts';
import { writeWhole } from '../files.ts';
import { exportOnnx } from '../recognize/export.ts';
import { openCheckpoint } from '../recognize/open-checkpoint.ts';
import { CHECKPOINT_OPTION } from './options.ts';
import { print } from './terminal.ts';

const NOTES = `
The file holds front end, network and temperature, in ONNX operator set 13
without custom operators. With attention pooling it gives the attention maps
too. Its metadata name the classes in the order of the probabilities.

  attune export --out attune.onnx
  attune export --out mine.onnx --checkpoint runs/emodb/checkpoints/03.safetensors`;

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Write the recogniser as one ONNX file, from 16 kHz samples to probabilities, for any ONNX runtime in any language.',
    )
    .requiredOption('--out <file>', 'what to write, ending in .onnx')
    .option(...CHECKPOINT_OPTION)
    .addHelpText('after', NOTES)
    .action(async ({ out, checkpoint }: { out: string; checkpoint?: string }) => {
      if (!out.endsWith('.onnx'))
        throw new AttuneError('usage', `expected --out to end in .onnx, got ${out}; name the file MODEL.onnx`);
      const bytes = await exportOnnx(await openCheckpoint(checkpoint));
      await writeWhole(out, bytes);
      print([`${out}: ${(bytes.length / 1e6).toFixed(1)} MB; samples [n] at 16 kHz to probabilities`]);
    });
}
