import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runPaths } from '../../src/run/run-folder.ts';

const paths = runPaths('/runs/one');
const filesOf = (fold: string) => [paths.checkpoint(fold), paths.fold(fold), paths.state(fold), paths.epoch(fold, 3)];

it('keeps the files of folds that were always safe where they were', () => {
  expect(filesOf('03').map((path) => path.slice('/runs/one/'.length))).toEqual([
    'checkpoints/03.safetensors',
    'folds/03.json',
    'folds/03.state.safetensors',
    'epochs/03/3.json',
  ]);
  expect(paths.fold('Jörg L. (2)')).toBe('/runs/one/folds/J%C3%B6rg%20L.%20(2).json');
});

const LONG = 'Александра Константиновна Преображенская-Вознесенская из Петропавловска-Камчатского';
const ODD = [
  '..',
  '.',
  '...',
  '%2E%2E',
  '../../x',
  '/etc/passwd',
  'a/b',
  'a%2Fb',
  'a\\b',
  'a\0b',
  '~',
  '-',
  '%',
  '\ud800',
];
const LONGER = ['x', 'y'].map((end) => `${LONG}${end}`);

it.each([...ODD, ...LONGER])('keeps the files of fold %j in the folders of the run, with names that fit', (fold) => {
  const [checkpoint, predictions, state, epoch] = filesOf(fold) as [string, string, string, string];
  expect(dirname(checkpoint)).toBe('/runs/one/checkpoints');
  expect([predictions, state].map((path) => dirname(path))).toEqual(Array(2).fill('/runs/one/folds'));
  expect(dirname(dirname(epoch))).toBe('/runs/one/epochs');
  for (const path of filesOf(fold)) {
    expect(resolve(path)).toBe(path);
    expect(path).not.toContain('/.'); // which would hide it
    for (const part of path.split('/')) expect(Buffer.byteLength(join(`${part}.4194304.part`))).toBeLessThan(255);
  }
});

it('gives no two folds one file', () => {
  const folds = [...ODD, ...LONGER, LONG, encodeURIComponent(LONG), '03', '3', 'anna'];
  expect(new Set(folds.map((fold) => paths.epoch(fold, 1))).size).toBe(folds.length);
});
