import { Command, Option } from 'commander';
import { duration } from '../duration.ts';
import type { JobFigures, VersionFigures } from '../jobs/queue/figures.ts';
import { paragraphs, tableLines } from '../plain-table.ts';
import { queueOption, queueSite, sayNote } from './queue.ts';
import { print, printData, printJson } from './terminal.ts';

interface Flags {
  queue: string;
  json?: true;
  prometheus?: true;
}

export function jobsCommand(): Command {
  return new Command('jobs')
    .description('What stands in a queue: units that wait, are worked on, done and failed, and the workers.')
    .requiredOption(queueOption, 'Redis or Valkey; its password may stand in ATTUNE_QUEUE_PASSWORD')
    .addOption(new Option('--json', 'print all that is known, as JSON').conflicts('prometheus'))
    .option('--prometheus', 'print metrics for Prometheus, such as for its textfile collector')
    .action(async ({ queue, json, prometheus }: Flags) => {
      const { jobFigures } = await import('../jobs/queue/figures.ts');
      const figures = await jobFigures(queueSite({}, queue), sayNote);
      if (json) printJson(figures);
      else if (prometheus) {
        const { prometheusText } = await import('../jobs/queue/prometheus.ts');
        await printData(await prometheusText(figures));
      } else print(linesOf(figures));
    });
}

function linesOf({ queue, versions, workers, memory, damaged }: JobFigures): string[] {
  const units = versions.map(({ version, waiting, delayed, active, done, failed, ...rate }) => [
    version,
    ...[waiting, delayed, active, done, failed].map(String),
    ...rateOf(rate),
  ]);
  const failures = versions.flatMap((one) => one.failures).map(({ name, text }) => `failed: ${name}: ${text}`);
  const staff = workers.map(({ name, version, places, active, done, failed, draining, site }) => [
    ...[name, version, `${active.length} of ${places}`, `${done}`, `${failed}`],
    `${site.processor ?? ''}, ${site.runtime ?? ''}, Node ${site.node ?? ''}${draining ? ' (takes no more)' : ''}`,
  ]);
  const work = workers.flatMap(({ name, active }) => (active.length ? [`${name} works on ${active.join(', ')}`] : []));
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return paragraphs([
    [`${queue}: memory ${megabytes(memory.used)}${memory.most ? ` of ${megabytes(memory.most)}` : ''}`],
    ...(memory.most && memory.used >= memory.most
      ? [
          [
            'The memory of Redis is full: give it more (maxmemory). Until then nothing new is told of workers and units.',
          ],
        ]
      : []),
    ...(damaged.length ? [damaged.map((key) => `damaged and ignored: ${key}`)] : []),
    units.length
      ? tableLines([['units for', 'waiting', 'later', 'active', 'done', 'failed', 'a minute', 'left'], ...units])
      : ['no units yet'],
    ...(failures.length ? [failures] : []),
    staff.length ? tableLines([['worker', 'version', 'busy', 'done', 'failed', 'runs on'], ...staff]) : ['no workers'],
    ...(work.length ? [work] : []),
  ]);
}

const rateOf = ({ perMinute, secondsLeft }: Pick<VersionFigures, 'perMinute' | 'secondsLeft'>) => [
  perMinute === undefined ? 'unknown' : perMinute.toFixed(1), // in the first minute
  secondsLeft === undefined ? 'unknown' : duration(secondsLeft),
];
