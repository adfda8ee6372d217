import { percent } from '../percent.ts';
import type { ChosenByFold } from '../run/tuning.ts';
import { type Html, html, table } from './html.ts';

/** The constants that folds chose, with their UA on the speakers who were left out, and how far apart all were that were tried. */
export function chosenConstants(byFold: ChosenByFold): Html {
  const folds = [...byFold];
  const names = (['ridge', 'gamma', 'threshold'] as const).filter((name) => folds.some(([, own]) => name in own));
  const rows = folds.map(([fold, own]) => {
    const constants = names.map((name) => (own as Partial<Record<typeof name, number>>)[name] ?? '–');
    const solved = own.tried.map(({ ua }) => ua).filter((ua) => ua !== null);
    const best = solved.length ? Math.max(...solved) : null;
    const worst = solved.length ? Math.min(...solved) : null;
    return [fold, ...constants, own.tried.length, percent(best), percent(worst)];
  });
  const head = ['Fold', ...names.map((name) => name[0]!.toUpperCase() + name.slice(1))];
  return html`<p>Each fold left out groups of its training speakers in turn, tried the constants below on them, and took those of the
greatest UA; then it learned from all of its training speakers. No test speaker chose anything.</p>
${table([...head, 'Tried', 'UA of the chosen, left out', 'UA of the worst, left out'], rows)}`;
}
