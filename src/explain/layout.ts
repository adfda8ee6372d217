import { BINS, FRAMES } from '../features/spectrogram.ts';
import type { Explanation } from './explanation.ts';
import { overTime } from './grid.ts';
import { drawPanel, PANEL } from './panel.ts';
import type { PanelName } from './panel-names.ts';
import { partOf } from './parts.ts';
import { drawStrip, stripHeight } from './strip.ts';

/** Panels in their places, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** SVG elements */
  readonly panels: readonly string[];
}

/** Maps over time and frequency stand beside the spectrogram, maps over time above it. */
export const layoutOf = (explanation: Explanation, shown: readonly PanelName[], top: number): Layout =>
  overTime(explanation.grid) ? inColumn(explanation, shown, top) : inPairs(explanation, shown, top);

function inPairs(explanation: Explanation, shown: readonly PanelName[], top: number): Layout {
  const columns = Math.min(2, shown.length);
  const panels = shown.map((name, i) =>
    placed(panelOf(name, explanation), (i % columns) * PANEL.width, top + Math.floor(i / columns) * PANEL.height),
  );
  return { width: columns * PANEL.width, height: Math.ceil(shown.length / columns) * PANEL.height, panels };
}

/** One below the other, so that one axis of time is that of all: the spectrogram last. */
function inColumn(explanation: Explanation, shown: readonly PanelName[], top: number): Layout {
  const order = [...shown].sort((a, b) => Number(a === 'spectrogram') - Number(b === 'spectrogram'));
  const { heard } = explanation.maps;
  let height = 0;
  const panels = order.map((name, i) => {
    const y = top + height;
    const isMap = name !== 'spectrogram';
    const axis = i === order.length - 1;
    height += isMap ? stripHeight(axis) : PANEL.height;
    if (!isMap) return placed(panelOf(name, explanation), 0, y);
    return placed(drawStrip({ ...partOf(name, explanation), ...(heard && { heard }), axis }), 0, y);
  });
  return { width: PANEL.width, height, panels };
}

const placed = (svg: string, x: number, y: number) => svg.replace('<svg ', `<svg x="${x}" y="${y}" `);

function panelOf(name: PanelName, explanation: Explanation): string {
  const { grid } = explanation;
  const isMap = name !== 'spectrogram';
  return drawPanel({
    ...partOf(name, explanation),
    columns: isMap ? grid.columns : FRAMES,
    scheme: isMap ? 'blues' : 'greys',
    hz: (BINS * grid.cellHz) / grid.cellBins,
  });
}
