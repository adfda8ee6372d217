import * as v from 'valibot';
import { SEGMENT_SECONDS } from '../features/segments.ts';
import { BINS, FRAMES } from '../features/spectrogram.ts';
import { checkArgument, list } from '../json.ts';
import { percent } from '../percent.ts';
import { inMarkup } from '../text.ts';
import { diverging, sequential } from './colours.ts';
import { checkExplanation, decidingSegment, type Explanation } from './explanation.ts';
import { drawPanel, PANEL, type Panel } from './panel.ts';
import { PANELS, type PanelName } from './panel-names.ts';

/** The font of the pictures; a PNG is drawn with it, whatever the machine has. */
export const FONT = 'Open Sans';

const SHOWN = v.pipe(list(v.picklist(PANELS)), v.minLength(1, 'at least one panel'));

const HEAD = 60;
const FOOT = 44;

/**
 * An explanation as a picture: the spectrogram and the maps side by side, on equal axes, with the recording's result above them.
 *
 * @param shown panels in this order, two in a row; one at least
 * @throws AttuneError `usage` where there is no explanation or no such panel
 * @returns the text of an SVG element, the same for the same explanation; 525 pixels a panel wide, its maps embedded as PNG
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { createExplainer, createRecognizer, explainRecording, loadDefaultCheckpoint } from 'attune';
 * import { pictureOf, readAudioFile } from 'attune/node';
 *
 * const checkpoint = await loadDefaultCheckpoint();
 * const network = { recognizer: await createRecognizer(checkpoint), explainer: await createExplainer(checkpoint) };
 * const { waveform } = await readAudioFile('call.wav');
 * const explanation = await explainRecording(network, waveform, { name: 'call.wav' });
 * await writeFile('call.svg', pictureOf(explanation, ['spectrogram', 'product']));
 * ```
 */
export function pictureOf(explanation: Explanation, shown: readonly PanelName[] = PANELS): string {
  checkExplanation(explanation);
  checkArgument(shown, SHOWN, 'the panels');
  const columns = Math.min(2, shown.length);
  const width = columns * PANEL.width;
  const height = HEAD + Math.ceil(shown.length / columns) * PANEL.height + FOOT;
  const { title, line: result, foot } = wordsOf(explanation);
  const panels = shown.map((name, i) => {
    const at = `x="${(i % columns) * PANEL.width}" y="${HEAD + Math.floor(i / columns) * PANEL.height}"`;
    return drawPanel(panelOf(name, explanation)).replace('<svg ', `<svg ${at} `);
  });
  const line = (text: string, y: number, style: string) => `<text x="10" y="${y}" ${style}>${inMarkup(text)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${inMarkup(title)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}, system-ui, sans-serif" font-size="12" fill="#1f2937">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${line(title, 26, 'font-size="18" font-weight="600"')}
${line(result, 47, 'font-size="13"')}
${panels.join('')}${foot.map((text, i) => line(text, height - 26 + 16 * i, 'fill="#5b6470"')).join('\n')}
</svg>
`;
}

/** What stands above and below the panels; each line fits over one panel. */
function wordsOf({ name, recognition, answer, segment, emotion, grid, silent }: Explanation) {
  const { segments, probabilities } = recognition;
  const { start, end, ...said } = segments[segment]!;
  const which = `${segment + 1} of ${segments.length}${segments.length > 1 && decidingSegment(recognition, emotion) === segment ? ' (decides most)' : ''}`;
  const place = `Segment ${which}, ${start.toFixed(2)} to ${end.toFixed(2)} s`;
  return {
    title: `${shortened(name)}: ${answer === 'no speech' ? answer : `sounds ${shortened(recognition.emotion)}, ${percent(probabilities[recognition.emotion]!, 0)}`}`,
    line: silent
      ? `${place}: digital silence, so the maps say nothing of a voice.`
      : `${place}: ${shortened(emotion)} ${percent(said.probabilities[emotion]!, 0)}, logit ${fixed(said.logits[emotion]!)}`,
    foot: [
      `A cell is ${Math.round(grid.cellHz)} Hz by ${Math.round(1000 * grid.cellSeconds)} ms; the network keeps nothing finer.`,
      `Its value depends on ${Math.round(grid.seesHz)} Hz by ${grid.seesSeconds.toFixed(2)} s around it.${endsEarly(start, end) ? ' Dashed: the end of the recording.' : ''}`,
    ],
  };
}

/** Whether the recording ends before its segment, by more than the rounding of seconds. */
const endsEarly = (start: number, end: number) => start + SEGMENT_SECONDS - end > 1e-6;

/** The panel of each name. */
function panelOf(name: PanelName, { recognition, segment, maps, emotion, grid, meaning }: Explanation): Panel {
  const { end, logits } = recognition.segments[segment]!;
  const seconds = [maps.start, maps.start + SEGMENT_SECONDS] as const;
  const common = {
    seconds,
    ends: endsEarly(maps.start, end) ? [end] : [],
    hz: (BINS * grid.cellHz) / grid.cellBins,
    columns: grid.columns,
  };
  const signed = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${significant(Math.abs(value))}`;
  const [topDown, product] = [maps.topDown[emotion]!, maps.product[emotion]!];
  const named = shortened(emotion);
  const panels: Record<PanelName, () => Panel> = {
    spectrogram: () => ({
      ...{
        ...common,
        columns: FRAMES,
        values: inSteps(maps.spectrogram),
        unit: 'loudness (mu-law)',
        format: significant,
      },
      ...{ title: 'What the network hears', meaning: 'spectrogram: dark is loud' },
      colours: sequential('greys', Math.min(0, ...maps.spectrogram), 1),
    }),
    'bottom-up': () => ({
      ...{ ...common, title: 'Where it attends' },
      ...(meaning.softmax
        ? attention(maps.bottomUp)
        : {
            ...{ values: maps.bottomUp, colours: diverging(maps.bottomUp), unit: 'weight', format: signed },
            meaning: 'bottom-up map, the same for every class',
          }),
    }),
    'top-down': () => ({
      ...{ ...common, values: topDown, colours: diverging(topDown), unit: 'score of the cell', format: signed },
      ...{ title: `What it takes for ${named}`, meaning: `top-down map: red speaks for ${named}, blue against` },
    }),
    product: () => ({
      ...{ ...common, values: product, colours: diverging(product), unit: 'part of the logit', format: signed },
      title: `Where the score for ${named} comes from`,
      meaning: `attention times top-down map; cells ${meaning.score === 'sum' ? 'add up' : 'average'} to the logit, ${fixed(logits[emotion]!)}`,
    }),
  };
  return panels[name]();
}

/** A spectrogram in steps of 1/32, which the eye does not tell apart: noise is what makes a picture's file large. */
const inSteps = (spectrogram: Float32Array) => spectrogram.map((value) => Math.round(32 * value) / 32);

/** A bottom-up map after the softmax, in percent. */
function attention(map: Float32Array) {
  const values = map.map((share) => 100 * share);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return {
    ...{ values, colours: sequential('blues', 0, most), unit: '% of all attention', format: significant },
    meaning: `bottom-up map, the same for every class; 90 % lies in ${cellsOf(map, 0.9)} of ${map.length} cells`,
  };
}

/** How many of the greatest values it takes to make up a share of them all. */
function cellsOf(map: Float32Array, share: number): number {
  const sorted = map.slice().sort().reverse();
  let [cells, sum] = [0, 0];
  while (sum < share && cells < sorted.length) sum += sorted[cells++]!;
  return cells;
}

const significant = (value: number) => (value === 0 ? '0' : String(Number(value.toPrecision(2))));
/** Two decimals, with a minus sign as it is set in print. */
const fixed = (value: number) => value.toFixed(2).replace('-', '−');

/** A name of at most 40 characters: of a longer one its beginning and its end. */
const shortened = (name: string) => (name.length > 40 ? `${name.slice(0, 24)}…${name.slice(-15)}` : name);
