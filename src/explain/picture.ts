import * as v from 'valibot';
import { checkArgument, list } from '../json.ts';
import { inMarkup } from '../text.ts';
import { captionsOf } from './captions.ts';
import { checkExplanation, type Explanation } from './explanation.ts';
import { layoutOf } from './layout.ts';
import { FAINT, TEXT } from './panel.ts';
import { PANELS, type PanelName } from './panel-names.ts';

/** The font of the pictures; a PNG is drawn with it, whatever the machine has. */
export const FONT = 'Open Sans';

const SHOWN = v.pipe(list(v.picklist(PANELS)), v.minLength(1, 'at least one panel'));

const HEAD = 60;
/** Below the panels: to the first baseline, from one to the next, and after the last; pixels. */
const FOOT = { first: 18, line: 16, after: 10 };

/**
 * An explanation as a picture: the spectrogram and the maps on equal axes, with the recording's result above them. Maps over time and
 * frequency stand side by side with the spectrogram; maps over time alone, of a network behind a speech encoder, above it.
 *
 * @param shown panels in this order, two in a row; maps over time in a column, the spectrogram last; one at least
 * @throws AttuneError `usage` where there is no explanation or no such panel
 * @returns the text of an SVG element, the same for the same explanation; 525 pixels a panel wide, its images
 *   embedded as PNG
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
  const { title, result, foot } = captionsOf(explanation, shown);
  const layout = layoutOf(explanation, shown, HEAD);
  const below = HEAD + layout.height;
  const [width, height] = [layout.width, below + FOOT.first + FOOT.line * (foot.length - 1) + FOOT.after];
  const line = (text: string, y: number, style: string) => `<text x="10" y="${y}" ${style}>${inMarkup(text)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${inMarkup(title)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}, system-ui, sans-serif" font-size="12" fill="${TEXT}">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${line(title, 26, 'font-size="18" font-weight="600"')}
${line(result, 47, 'font-size="13"')}
${layout.panels.join('')}${foot.map((text, i) => line(text, below + FOOT.first + FOOT.line * i, `fill="${FAINT}"`)).join('\n')}
</svg>
`;
}
