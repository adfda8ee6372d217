import { join } from 'node:path';
import { Option } from 'commander';
import { writeWhole } from '../../src/files.ts';
import { table } from '../../src/plain-table.ts';
import { machine } from '../machine.ts';
import { type CommonFlags, type Mode, OUT, QUICK } from '../mode.ts';
import { heading } from '../tables.ts';
import { growthPage, rowsOf } from './page.ts';
import { lineOf, panelsOf } from './panels.ts';
import { planOf, tasksOf } from './plan.ts';
import { runGrowth } from './run.ts';
import { type Circumstances, type Growth, readMeasured, writeGrowth } from './store.ts';

/** `--growth`: how training speed goes with batch, cores, corpus and width of the network. */
export const growthCommand: Mode = {
  asked: new Option(
    '--growth',
    'training speed and memory against batch, cores, corpus and width of the network; with --out it goes on where it was stopped',
  ),
  options: [OUT, QUICK],
  async run({ threads, out, quick = false }: CommonFlags & { readonly out?: string; readonly quick?: boolean }) {
    const circumstances: Circumstances = { ...machine(threads), quick };
    const plan = planOf(threads, circumstances.cores);
    const measured = await runGrowth({
      tasks: tasksOf(plan),
      measured: out ? await readMeasured(out, circumstances) : {},
      quick,
      onMeasured: async (measured) => {
        if (out) await writeGrowth(out, { circumstances, measured });
      },
    });
    const panels = panelsOf(plan, measured);
    if (out) {
      const { growthFigure } = await import('./plots.ts'); // takes as long to load as all else
      await writeWhole(join(out, 'growth.svg'), growthFigure(panels));
      await writeWhole(join(out, 'growth.md'), growthPage(circumstances, panels));
    }
    const growth: Growth = { circumstances, measured };
    return {
      json: { ...growth, linearity: panels.map(lineOf) },
      text: [heading(circumstances), '', table(rowsOf(panels)), '', ...panels.map(lineOf)].join('\n'),
    };
  },
};
