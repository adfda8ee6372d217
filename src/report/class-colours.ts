/**
 * The first colours of classes: those of Okabe and Ito (2008), "Color Universal Design", https://jfly.uni-koeln.de/color/, with a grey in the
 * place of black, which is kept for what is of all classes, and their yellow, which is faint on white, last. Red-green blind readers
 * tell them apart. In the order of the default four: grey for neutral, warm colours for happy and angry, blue for sad.
 */
const FIRST = ['#666666', '#e69f00', '#d55e00', '#0072b2', '#009e73', '#cc79a7', '#56b4e9', '#f0e442'];

/** Further ones are drawn from these lightnesses, chromas and hues of Oklab (Ottosson 2020, https://bottosson.github.io/posts/oklab/). */
const GRID = { lightness: [0.4, 0.55, 0.7, 0.82], chroma: [0.07, 0.14], hues: 24 };

type Three = readonly [number, number, number];
type Matrix = readonly [Three, Three, Three];

/** How linear RGB is seen without one kind of cone: Machado, Oliveira and Fernandes (2009), severity 1, IEEE TVCG 15. */
const BLINDNESS: readonly Matrix[] = [
  [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
];
const TO_LMS: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_OKLAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
const FROM_OKLAB: Matrix = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
];
const FROM_LMS: Matrix = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
];

/**
 * Colours of classes, in their order: the first eight as they are, each further one as far as can be from those before it for readers who see
 * all colours and for those who lack a kind of cone. Beside a colour, give a class its name or its mark: there are no more than some 150, and
 * from there on they come again.
 *
 * @param count 0 or more
 * @returns such as `#0072b2`; the colours of fewer classes are the first of those of more
 */
export function classColours(count: number): string[] {
  const colours = FIRST.map((hex) => ({ hex, seen: seenOf(linearOf(hex)) }));
  const left = count > colours.length ? candidates() : [];
  while (colours.length < count && left.length) {
    const nearest = left.map(({ seen }) => Math.min(...colours.map((colour) => distance(seen, colour.seen))));
    colours.push(...left.splice(nearest.indexOf(Math.max(...nearest)), 1));
  }
  return Array.from({ length: count }, (_, i) => colours[i % colours.length]!.hex);
}

function candidates() {
  const { lightness, chroma, hues } = GRID;
  const angles = Array.from({ length: hues }, (_, i) => (2 * Math.PI * i) / hues);
  const all = lightness.flatMap((l) =>
    chroma.flatMap((c) => angles.map((angle) => rgbOf([l, c * Math.cos(angle), c * Math.sin(angle)]))),
  );
  return all
    .filter((rgb) => rgb.every((part) => part >= 0 && part <= 1))
    .map((rgb) => ({ hex: hexOf(rgb), seen: seenOf(rgb) }));
}

/** A colour in Oklab, as everybody sees it. */
const seenOf = (rgb: Three): Three[] => [rgb, ...BLINDNESS.map((matrix) => times(matrix, rgb))].map(oklabOf);

/** Between two colours for the reader to whom they are nearest. */
const distance = (a: readonly Three[], b: readonly Three[]) =>
  Math.min(...a.map((lab, i) => Math.hypot(...lab.map((part, k) => part - b[i]![k]!))));

const times = (matrix: Matrix, [x, y, z]: Three) =>
  matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Three;
const mapped = (values: Three, change: (value: number) => number) => values.map(change) as unknown as Three;
const oklabOf = (rgb: Three) => times(TO_OKLAB, mapped(times(TO_LMS, rgb), Math.cbrt));
const rgbOf = (lab: Three) =>
  times(
    FROM_LMS,
    mapped(times(FROM_OKLAB, lab), (value) => value ** 3),
  );

/** sRGB without its curve, each part in [0, 1]. */
function linearOf(hex: string): Three {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Three;
  return mapped(parts, (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
}

function hexOf(rgb: Three): string {
  const curved = mapped(rgb, (part) => (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055));
  return `#${curved
    .map((part) =>
      Math.round(255 * part)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
