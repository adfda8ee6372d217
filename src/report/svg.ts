import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { visibleLines } from '../text.ts';

/** Attributes that hold coordinates. */
const COORDINATES = ['d', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'width', 'height', 'transform'];

/**
 * Draws a plot as the text of an SVG element, an element a line, coordinates rounded to hundredths: the same options give
 * the same text. Plots must do without what takes a canvas (rasters, continuous legends) and without clipping, whose
 * identifiers count up.
 *
 * @param description says in words what is to be seen, for those who cannot
 */
export function svgOf(description: string, options: PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = plot({ ...options, document, className: 'plot', ariaLabel: description });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  svg.querySelector('style')?.remove(); // Plot's own; the page styles its pictures
  for (const element of [svg, ...svg.querySelectorAll('*')])
    for (const name of COORDINATES) {
      const value = element.getAttribute(name);
      if (value)
        element.setAttribute(
          name,
          value.replace(/-?\d+\.\d+(e-?\d+)?/g, (number) => rounded(Number(number))),
        );
    }
  for (const mark of svg.querySelectorAll('[aria-label]')) {
    mark.setAttribute('class', mark.getAttribute('aria-label')!);
    mark.removeAttribute('aria-label'); // only what has a role may be named, and the picture has its description
  }
  for (const element of [svg, ...svg.querySelectorAll('*')]) makeSafe(element);
  return `${svg.outerHTML.replaceAll('><', '>\n<')}\n`;
}

/** Makes names that came from strangers what XML can hold: the document escapes texts, but of attributes their quotes alone. */
function makeSafe(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    const safe = visibleLines(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    if (safe !== value) element.setAttribute(name, safe);
  }
  for (const node of element.childNodes) {
    const text = node.nodeType === TEXT ? (node.nodeValue ?? '') : '';
    if (visibleLines(text) !== text) node.nodeValue = visibleLines(text);
  }
}

/** `Node.TEXT_NODE` */
const TEXT = 3;

const rounded = (value: number): string => String(Math.round(value * 100) / 100 + 0); // + 0: no minus zero
