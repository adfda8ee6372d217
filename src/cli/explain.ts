import { basename, extname } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { readAudioFile } from '../audio/file.ts';
import { AttuneError } from '../errors.ts';
import { createExplainer } from '../explain/explainer.ts';
import { type Explanation, explainRecording } from '../explain/explanation.ts';
import { explanationJson } from '../explain/explanation-json.ts';
import { PANELS, type PanelName } from '../explain/panel-names.ts';
import { pathOnDisk } from '../file-names.ts';
import { writeWhole } from '../files.ts';
import { refuseOverwriting } from '../overwriting.ts';
import { encoderFiles, encoderOf } from '../recognize/encoder-file.ts';
import { openCheckpoint } from '../recognize/open-checkpoint.ts';
import { createRecognizer } from '../recognize/recognizer.ts';
import { STANDARD_INPUT } from '../recognize/recordings.ts';
import { addCheckpointOptions, type CheckpointFlags, chosenCheckpoint, trainedBehindOption } from './options.ts';
import { print, say } from './terminal.ts';
import { cores, positive, whole } from './values.ts';

/** What the extension of `--out` asks for. */
const KINDS = ['.png', '.svg', '.json'];

interface Flags extends CheckpointFlags {
  out: string;
  class?: string;
  segment?: number;
  at?: number;
  map?: PanelName[];
  maxSeconds?: number;
  threads?: number;
}

export function explainCommand(): Command {
  return addCheckpointOptions(
    new Command('explain')
      .description(
        'Show by what the network decides: the spectrogram and the attention maps of a segment of 2 s, as a picture or as data.',
      )
      .argument('<file>', 'recording (wav, flac, mp3, m4a, mp4, aac, ogg, opus, webm, mka, aiff)')
      .requiredOption('--out <file>', 'what to write: .png or .svg for a picture, .json for the maps as numbers'),
  )
    .option('--class <name>', 'of the checkpoint, whose maps to show (default: the class of the recording)')
    .option(
      '--segment <n>',
      'which, counted from 1 (default: the one of the greatest probability of the class)',
      whole(1),
    )
    .option('--at <seconds>', 'in place of --segment: the segment whose middle is nearest', moment)
    .option('--map <names>', `parts of the picture, parted by commas, of ${PANELS.join(', ')} (default: all)`, panels)
    .addOption(trainedBehindOption('the checkpoint was trained'))
    .option('--max-seconds <s>', 'refuse a recording that lasts longer (default: 14400)', positive)
    .option('--threads <n>', 'processor cores to use (default: all)', cores)
    .addHelpText('after', NOTES)
    .action(explainFile);
}

const NOTES = `
Attention maps are as coarse as the network's last layer: cells of 80 Hz by
80 ms, unless it was trained with another --pool-after. Behind a speech encoder
they are over time alone: frames of 20 ms, drawn above the spectrogram. In .json
are the maps of every class. Attention pooling can be explained, and the mean
of an encoder's frames, where attention is the same for all that is heard.

  attune explain call.wav --out call.png
  attune explain call.wav --out call.svg --class angry --at 3.5 --map spectrogram,product
  attune explain call.wav --out call.json --segment 2`;

function moment(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number of seconds.');
  return value;
}

function panels(text: string): PanelName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !PANELS.some((panel) => panel === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`Expected some of ${PANELS.join(', ')}.`);
  return PANELS.filter((panel) => names.includes(panel));
}

async function explainFile(file: string, flags: Flags): Promise<void> {
  const { out, class: emotion, segment, at, map } = flags;
  const kind = extname(out).toLowerCase();
  if (!KINDS.includes(kind))
    throw new AttuneError('usage', `expected --out to end in ${KINDS.join(', ')}, got ${out}; name such a file`);
  if (kind === '.json' && map)
    throw new AttuneError(
      'usage',
      'expected --map with a picture, got it with .json, which holds all maps; leave it out',
    );
  if (file === STANDARD_INPUT)
    throw new AttuneError('usage', 'expected the path of a recording, got -; explain does not read standard input');
  await refuseOverwriting([out], [file, flags.checkpoint, ...encoderFiles(flags.encoder)]);
  const checkpoint = await openCheckpoint(chosenCheckpoint(flags));
  if (emotion !== undefined && !checkpoint.classes.includes(emotion))
    throw new AttuneError(
      'usage',
      `expected --class to be one of ${checkpoint.classes.join(', ')}, the classes of these weights, got ${emotion}`,
    );
  const encoder = await encoderOf(checkpoint.frontEnd, flags.encoder, flags.threads);
  const options = { ...(flags.threads && { threads: flags.threads }), ...(encoder && { encoder }) };
  const explainer = await createExplainer(checkpoint, options); // first: it refuses what has no maps
  const recognizer = await createRecognizer(checkpoint, options);
  const path = await pathOnDisk(file);
  const bound = flags.maxSeconds === undefined ? {} : { maxSeconds: flags.maxSeconds };
  const { waveform, warnings } = await readAudioFile(path, bound);
  for (const warning of warnings) say(`attune: warning: ${warning}`);
  const explanation = await explainRecording({ recognizer, explainer }, waveform, {
    name: basename(path),
    ...(emotion && { emotion }),
    ...(segment !== undefined && { segment }),
    ...(at !== undefined && { at }),
  });
  await Promise.all([recognizer.close(), explainer.close(), encoder?.close()]);
  await writeWhole(out, await contentOf(explanation, kind, map));
  print([...summaryOf(explanation), out]);
}

/** What draws takes half a second to load, so that data do without it. */
async function contentOf(explanation: Explanation, kind: string, map?: readonly PanelName[]) {
  if (kind === '.json') return `${JSON.stringify(explanationJson(explanation))}\n`;
  const { pictureOf } = await import('../explain/picture.ts');
  const svg = pictureOf(explanation, map);
  if (kind === '.svg') return svg;
  const { rasterize } = await import('../explain/rasterize.ts');
  return rasterize(svg);
}

/** Two lines: the recording, and the segment that is explained. */
function summaryOf({ name, recognition, answer, segment, emotion }: Explanation): string[] {
  const { start, end, probabilities, logits } = recognition.segments[segment]!;
  const said = (share: number) => `${(100 * share).toFixed(0)} %`;
  return [
    answer === 'no speech'
      ? `${name}: no speech`
      : `${name}: ${recognition.emotion}, ${said(recognition.probabilities[recognition.emotion]!)}`,
    `segment ${segment + 1} of ${recognition.segments.length}, ${start.toFixed(2)} to ${end.toFixed(2)} s: ${emotion}, ${said(probabilities[emotion]!)}, logit ${logits[emotion]!.toFixed(2)}`,
  ];
}
