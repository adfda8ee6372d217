import { classColours } from '../src/report/class-colours.ts';

/** Of a class among others, in their order; grey of what is none, such as `no speech`. */
export const colourOf = (emotion: string, classes: readonly string[]): string =>
  classColours(classes.length)[classes.indexOf(emotion)] ?? 'var(--line)';
export const percent = (share: number): string => `${Math.round(100 * share)} %`;
export const clock = (seconds: number): string => {
  const rounded = Math.round(10 * seconds) / 10;
  return `${Math.floor(rounded / 60)}:${(rounded % 60).toFixed(1).padStart(4, '0')}`;
};
/** Keeps bytes as a file of the user's. */
export function save(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
