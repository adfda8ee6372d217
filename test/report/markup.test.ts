import { textX } from '@observablehq/plot';
import { expect, it } from 'vitest';
import { html } from '../../src/report/html.ts';
import { svgOf } from '../../src/report/svg.ts';

const NAME = 'a"b\'<script>&amp;\x1b[31m\0\u202e';
const SHOWN = '&lt;script&gt;&amp;amp;\\x1b[31m\\x00\\u202e';

it('a page shows what strangers call their speakers, and does nothing that it says', () => {
  expect(html`<p title="${NAME}">${NAME}</p>`.markup).toBe(
    `<p title="a&quot;b&#39;${SHOWN}">a&quot;b&#39;${SHOWN}</p>`,
  );
});

it('a picture is XML whatever stands in its texts and attributes', () => {
  const svg = svgOf(NAME, { marks: [textX([1], { text: () => NAME, title: () => NAME, href: () => NAME })] });
  const attribute = `a&quot;b'${SHOWN.replace('&gt;', '>')}`;
  expect(svg).toContain(`aria-label="${attribute}"`);
  expect(svg).toContain(`href="${attribute}"`);
  expect(svg).toContain(`<title>a"b'${SHOWN}</title>`);
  expect(svg).not.toMatch(/(?!\n)[\p{Cc}\u202e]|<script/u);
});
