import { MEASUREMENTS } from './measurements.ts';
import { trainTogether } from './train-together.ts';

const tell = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
const peakRssMb = () => process.resourceUsage().maxRSS / 1024;

process.stdin.once('end', () => process.exit()).resume(); // with its parent

const task = JSON.parse(process.argv[2]!);
if (task.what === 'together') {
  await trainTogether(task.windowSeconds, (what) => tell({ ...what, peakRssMb: peakRssMb() }));
} else {
  const seconds = await MEASUREMENTS[task.what as keyof typeof MEASUREMENTS](task);
  tell({ seconds, peakRssMb: peakRssMb() });
  process.stdin.destroy();
}
