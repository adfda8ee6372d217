import type { Random } from '../src/random.ts';

const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)]!;

/** Numbers at which readers slip: ends of ranges, signs, sizes that mean "unknown". */
const NUMBERS = [0, 1, -1, 2, 7, 127, 128, 255, 256, 32_767, 65_535, 65_536, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
/** Above it a piece is not copied or moved, so that inputs stay small. */
const LONGEST_PIECE = 4_096;
/** Most damage sits where files say how they are to be read. */
const HEAD = 512;

/** A place in `length` bytes, every other time within the head. */
const place = (random: Random, length: number) =>
  random.integer(Math.max(1, random.uniform() < 0.5 ? Math.min(HEAD, length) : length));

type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

const piece = (bytes: Uint8Array, random: Random): [start: number, end: number] => {
  const start = place(random, bytes.length);
  return [start, Math.min(bytes.length, start + 1 + random.integer(LONGEST_PIECE))];
};

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const out = bytes.slice();
    if (out.length) out[place(random, out.length)]! ^= 1 << random.integer(8);
    return out;
  },
  function setByte(bytes, random) {
    const out = bytes.slice();
    if (out.length) out[place(random, out.length)] = random.integer(256);
    return out;
  },
  function setNumber(bytes, random) {
    const out = bytes.slice();
    const width = pick(random, [2, 4, 8]);
    if (out.length < width) return out;
    const view = new DataView(out.buffer);
    const [at, little] = [Math.min(place(random, out.length), out.length - width), random.uniform() < 0.5];
    const number = pick(random, NUMBERS);
    if (width === 2) view.setInt16(at, number, little);
    else if (width === 4) view.setInt32(at, number, little);
    else view.setBigInt64(at, BigInt(number), little);
    return out;
  },
  function setFloat(bytes, random) {
    const out = bytes.slice();
    if (out.length < 4) return out;
    const at = Math.min(place(random, out.length), out.length - 4) & ~3;
    new DataView(out.buffer).setFloat32(at, pick(random, [Number.NaN, Infinity, -Infinity, 3e38, 1e20, 1e-40]), true);
    return out;
  },
  (bytes, random) => bytes.slice(0, random.integer(bytes.length + 1)),
  function cutOut(bytes, random) {
    const [start, end] = piece(bytes, random);
    return joined(bytes.subarray(0, start), bytes.subarray(end));
  },
  function repeat(bytes, random) {
    const [start, end] = piece(bytes, random);
    return joined(bytes.subarray(0, end), bytes.subarray(start));
  },
  function zero(bytes, random) {
    const out = bytes.slice();
    return out.fill(0, ...piece(bytes, random));
  },
  function splice(bytes, random, other) {
    const [[, end], [start, stop]] = [piece(bytes, random), piece(other, random)];
    return joined(bytes.subarray(0, end), other.subarray(start, stop), bytes.subarray(end));
  },
  (bytes, random, other) =>
    joined(bytes.subarray(0, place(random, bytes.length)), other.subarray(place(random, other.length))),
];

/** Damages bytes in one to four ways. */
export function mutateBytes(bytes: Uint8Array, random: Random, other: Uint8Array = bytes): Uint8Array {
  let out = bytes;
  for (let n = 1 + random.integer(4); n > 0; n--) out = pick(random, MUTATIONS)(out, random, other);
  return out;
}

const VALUES: readonly unknown[] = [
  ...[null, true, '', '..', '../../x', '\u001b[31m', '\u202e', 'a'.repeat(10_000), '__proto__', [], {}, [[]]],
  ...[0, -1, 0.5, 1e-320, 1e308, 1e15, -0, 99],
];

/** Puts another value in one place of a JSON value, takes a key out, or repeats an entry; how deep is drawn. */
export function mutateJson(value: unknown, random: Random): unknown {
  if (value === null || typeof value !== 'object' || random.uniform() < 0.1) return pick(random, VALUES);
  if (Array.isArray(value)) {
    const at = random.integer(Math.max(1, value.length));
    const choice = random.integer(4);
    if (choice === 0) return value.toSpliced(at, 1);
    if (choice === 1 && value.length) return value.toSpliced(at, 0, value[at]);
    return value.length ? value.with(at, mutateJson(value[at], random)) : [pick(random, VALUES)];
  }
  const entries = Object.entries(value);
  if (!entries.length) return { [String(pick(random, VALUES))]: pick(random, VALUES) };
  const [key, inner] = pick(random, entries);
  const choice = random.integer(5);
  if (choice === 0) return Object.fromEntries(entries.filter(([name]) => name !== key));
  if (choice === 1) return Object.fromEntries([...entries, [String(pick(random, VALUES)), inner]]);
  return Object.fromEntries(entries.map(([name, old]) => [name, name === key ? mutateJson(inner, random) : old]));
}

const CELLS = [
  '',
  ' ',
  '"',
  '""',
  '=1+1',
  'NaN',
  'NaT',
  '-1',
  '1e999',
  '0 days 00:00:01',
  '../x.wav',
  '/etc/passwd',
  '\0',
  '\r',
  '\ufeff',
  'é',
  'é',
];

/** Damages a text of lines and cells in one to three places, or as bytes. */
export function mutateText(text: string, random: Random): Uint8Array {
  const encoder = new TextEncoder();
  if (random.uniform() < 0.3) return mutateBytes(encoder.encode(text), random);
  let lines = text.split('\n');
  for (let n = 1 + random.integer(3); n > 0; n--) {
    const at = random.integer(lines.length);
    const cells = lines[at]!.split(/(?<=[,;\t ])/);
    const cell = random.integer(cells.length);
    const choice = random.integer(5);
    if (choice === 0) lines = lines.toSpliced(at, 1);
    else if (choice === 1) lines = lines.toSpliced(at, 0, lines[random.integer(lines.length)]!);
    else if (choice === 2) lines = lines.with(at, cells.toSpliced(cell, 1).join(''));
    else
      lines = lines.with(at, cells.with(cell, `${pick(random, CELLS)}${pick(random, [',', '', '\t', ' '])}`).join(''));
    if (!lines.length) lines = [''];
  }
  return encoder.encode(lines.join('\n'));
}
