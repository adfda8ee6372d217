import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { AttuneError } from '../../errors.ts';
import { type AnswerSettings, answersTo, heardOf, type Report } from '../../recognize/answers.ts';
import type { Archive } from '../../recognize/archive/archive.ts';
import { encoderFiles } from '../../recognize/encoder-file.ts';
import { classifierFiles, readClassifierFolder } from '../../recognize/hugging-face/folder.ts';
import { normalizedAsTheyCome, normalizedReports } from '../../recognize/normalized-reports.ts';
import { openChosen } from '../../recognize/open-recognizer.ts';
import type { Recognizer } from '../../recognize/recognizer.ts';
import { type Listed, STANDARD_INPUT, STDIN_NAME, type Unlisted } from '../../recognize/recordings.ts';
import type { HeardRecording, Source } from '../../recognize/report.ts';
import { ROWS, type RowKind } from '../../recognize/rows.ts';
import { DEFAULT_TIMELINE } from '../../recognize/timeline.ts';
import { type ArchiveFlags, addArchiveOptions, archiveFor, recordingsOf, refuseUnfit, weightsOf } from '../archive.ts';
import { inFlags } from '../flags.ts';
import { addCheckpointOptions, type CheckpointFlags, chosenCheckpoint, trainedBehindOption } from '../options.ts';
import { asTheyCome, inTheirOrder } from '../outcomes.ts';
import { showCount } from '../progress.ts';
import { readStandardInput, soundOnInput } from '../standard-input.ts';
import { sayInFull } from '../terminal.ts';
import { cores, positive, within } from '../values.ts';
import { FORMATS, type Format, formatter, isTrack } from './format.ts';
import { addNormalizeOptions, groupingOf, type NormalizeFlags, sourceNotes } from './normalize.ts';
import { type Output, toFile, toFolder, toStdout } from './output.ts';
import { type Divided, divideByTurns, turnWarnings } from './turns.ts';

interface Flags extends CheckpointFlags, NormalizeFlags, ArchiveFlags {
  model?: string;
  format: Format;
  rows?: RowKind;
  turns?: string;
  out?: string;
  smooth: number;
  abstainBelow: number;
  maxSeconds?: number;
  threads?: number;
}

export function recognizeCommand(): Command {
  const command = addCheckpointOptions(
    new Command('recognize')
      .description(
        'Tell the emotion of recordings: of the whole, of segments of 2 s, and as a timeline of spans without overlap.',
      )
      .argument(
        '[path...]',
        'recordings (wav, flac, mp3, m4a, mp4, aac, ogg, opus, webm, mka, aiff), folders of them, or - for one on standard input',
      ),
  )
    .addOption(
      new Option(
        '--model <dir>',
        "in place of a checkpoint: an audio classifier in Hugging Face's layout, with ONNX",
      ).conflicts(['checkpoint', 'weights', 'encoder']),
    )
    .addOption(
      new Option('--format <name>', 'of the output; vtt (WebVTT subtitles) and audacity (a label track) are timelines')
        .choices(FORMATS)
        .default('table'),
    )
    .addOption(
      new Option(
        '--rows <what>',
        'what a row of table or csv stands for (default: recordings, or turns with --turns)',
      ).choices(ROWS),
    )
    .option('--turns <file>', "answer for each turn of these, with its speaker: RTTM, or one recording's WebVTT")
    .option('--out <path>', 'file for the output (default: standard output); for vtt and audacity of several, a folder')
    .option(
      '--smooth <seconds>',
      'of the timeline: average over this time, and show no shorter span of emotion',
      within(0, 3600),
      DEFAULT_TIMELINE.smoothSeconds,
    )
    .option(
      '--abstain-below <p>',
      'answer "uncertain" where the greatest probability is below this',
      within(0, 1),
      DEFAULT_TIMELINE.abstainBelow,
    )
    .addOption(trainedBehindOption('the checkpoint was trained'))
    .option('--max-seconds <s>', 'refuse a recording that lasts longer (default: none)', positive)
    .option('--threads <n>', 'processor cores to use, shared by as many recordings at a time (default: all)', cores);
  return addArchiveOptions(addNormalizeOptions(command)).addHelpText('after', NOTES).action(recognizePaths);
}

const NOTES = `
Where there is no speech the answer is "no speech", whatever the probabilities:
for a recording without any, and for the pauses of a timeline. The probabilities
of a recording are the mean over all its segments. A recording that cannot be
read gets a line on stderr and, in json, jsonl and csv, an "error" in its place;
the others are answered all the same, and the exit status is 1.

  attune recognize call.wav --rows spans
  attune recognize call.wav --turns call.rttm --format json
  attune recognize calls/ --format csv --out calls.csv
  attune recognize calls/ --format vtt --out subtitles
  attune recognize calls/ --normalize folder --format json
  attune recognize calls/ --model models/wav2vec2-emotion
  attune recognize calls/ --queue redis://10.0.0.5:6379 --format jsonl --out calls.jsonl
  ffmpeg -i film.mkv -f wav - | attune recognize -`;

async function recognizePaths(paths: string[], flags: Flags, command: Command): Promise<void> {
  refuseUnfit(paths, flags, command);
  if (flags.rows && !['table', 'csv'].includes(flags.format))
    throw new AttuneError('usage', `--rows is for the formats table and csv; ${flags.format} holds everything`);
  if (flags.rows === (flags.turns === undefined ? 'turns' : 'recordings'))
    throw new AttuneError(
      'usage',
      `--rows ${flags.rows} is for use ${flags.turns === undefined ? 'with' : 'without'} --turns`,
    );
  if (paths.filter((path) => path === STANDARD_INPUT).length > 1)
    throw new AttuneError('usage', 'standard input (-) was named twice; it holds one recording');
  const { model, threads = availableParallelism() } = flags;
  const chosen = chosenCheckpoint(flags);
  const scale = await scaleOf(flags); // what is wrong with it is told once, and before any work
  const { classes } = scale;
  const { found: listed, notes } = await recordingsOf(paths, flags);
  const found: (Divided | Unlisted)[] =
    flags.turns === undefined ? [...listed] : await divideByTurns(flags.turns, listed);
  const recordings = found.filter((item) => 'root' in item);
  const grouping = await groupingOf(flags, flags.turns, recordings, scale);
  const progress = showCount('recordings', found.length);
  const { smooth: smoothSeconds, abstainBelow, maxSeconds } = flags;
  const timeline = { smoothSeconds, abstainBelow };
  const report = { timeline, ...(maxSeconds !== undefined && { maxSeconds }) };
  const settings: AnswerSettings = { ...chosen, ...(model !== undefined && { model }), threads, report };
  const archive = await archiveFor(flags, command, recordings, (text) => progress.say(`attune: ${text}`));
  const output = await outputOf(flags, classes, recordings, paths.length === 1 && recordings[0]?.file === paths[0]);
  for (const note of notes) progress.say(`attune: ${note}`);
  const sources = archive ? [] : await sourcesOf(recordings);
  const inShards = archive?.<Report | HeardRecording>({
    what: grouping ? 'listen' : 'report',
    ...weightsOf(flags),
    report,
  });
  const normalizing = grouping && {
    ...{ grouping, scale, timeline },
    ...{ knowledge: { mixed: flags.mixed === true }, files: recordings.map(({ file }) => file) },
  };
  const heard = () => (inShards ? (inShards.answers as Heard) : heardOf(sources, settings, progress.sound));
  const inOrder = () => (inShards ? (inShards.answers as Answers) : answersTo(sources, settings, progress.sound));
  const outcomes =
    inShards && flags.unordered
      ? asTheyCome<Report>(
          found,
          normalizing ? normalizedAsTheyCome(inShards.asTheyCome as HeardAt, normalizing) : (inShards.asTheyCome as At),
        )
      : inTheirOrder<Report>(found, normalizing ? normalizedReports(heard(), normalizing) : inOrder());
  const ofSources = sourceNotes(progress.say);
  try {
    let [done, failed, short] = [0, 0, 0];
    for await (const { file, answer } of outcomes) {
      if (answer instanceof AttuneError) {
        failed++;
        progress.say(`attune: ${inFlags(answer.message)}`);
        if (command.optsWithGlobals().debug) sayInFull(answer);
      } else {
        for (const { code, message } of answer.warnings) {
          if (code === 'short' && found.length > 1) short++;
          else if (code !== 'normalized') progress.say(`attune: warning: ${file}: ${inFlags(message)}`);
        }
        for (const line of 'turns' in answer ? turnWarnings(answer.turns) : [])
          progress.say(`attune: warning: ${file}: ${line}`);
        ofSources.hear(answer);
      }
      progress.clear();
      await output.write(answer instanceof AttuneError ? { file, error: inFlags(answer.message) } : answer);
      progress.done(++done);
    }
    progress.clear();
    await output.finish();
    await inShards?.end();
    if (short)
      progress.say(
        `attune: warning: shorter than what the network hears at a time, and filled up: ${short} of ${found.length} recordings (what that does to an answer, its warnings say in --format json)`,
      );
    ofSources.end();
    if (failed) process.exitCode = 1;
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

type Heard = ReturnType<typeof heardOf>;
type HeardAt = Archive<HeardRecording>['asTheyCome'];
type Answers = ReturnType<typeof answersTo>;
type At = Archive<Report>['asTheyCome'];

/** The classes of the network, and what else of it a source is normalized by. */
async function scaleOf(flags: Flags): Promise<Pick<Recognizer, 'classes' | 'temperature' | 'reference'>> {
  const { model, normalize } = flags;
  if (model === undefined) return { temperature: 1, ...(await openChosen(chosenCheckpoint(flags))) };
  if (normalize !== 'none')
    throw new AttuneError(
      'usage',
      `--normalize ${normalize} compares a source with what the network said of its own corpus, which a --model does not tell: leave one of them out`,
    );
  return { temperature: 1, ...(await readClassifierFolder(model)) };
}

function outputOf(
  {
    format,
    turns,
    rows = turns === undefined ? 'recordings' : 'turns',
    out,
    checkpoint,
    encoder,
    model,
    normalize,
    speakers,
  }: Flags,
  classes: readonly string[],
  recordings: readonly Listed[],
  isOneFile: boolean,
): Promise<Output> | Output {
  const read = [
    ...recordings.map(({ file }) => file),
    ...[checkpoint, turns, speakers, ...encoderFiles(encoder), ...classifierFiles(model)],
  ];
  if (isTrack(format) && !isOneFile) {
    if (out !== undefined) return toFolder(out, format, recordings, read);
    throw new AttuneError('usage', `${format} is a file a recording: give the folder for them with --out`);
  }
  const text = formatter(format, rows, { classes, ofTurns: turns !== undefined, normalized: normalize !== 'none' });
  if (out === undefined) return toStdout(text);
  return toFile(out, text, read);
}

/** What is to be read, standard input as a stream where it is alone, else as bytes for another process. */
async function sourcesOf(recordings: readonly Divided[]): Promise<Source[]> {
  const sources: Source[] = [];
  for (const { file, turns } of recordings) {
    const asked = { ...(turns && { turns }) };
    if (file !== STANDARD_INPUT) sources.push({ file, ...asked });
    else if (recordings.length > 1) sources.push({ file: STDIN_NAME, bytes: await readStandardInput(), ...asked });
    else sources.push({ file: STDIN_NAME, path: soundOnInput(), ...asked });
  }
  return sources;
}
