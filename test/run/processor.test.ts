import { expect, it } from 'vitest';
import { processorName } from '../../src/run/processor.ts';

const CPU_INFO =
  'processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\nstepping\t: 1\n';

it.each([
  ['AMD EPYC', CPU_INFO, 'AMD EPYC (family 25, model 17)'],
  ['AMD EPYC 9654 96-Core Processor', CPU_INFO, 'AMD EPYC 9654 96-Core Processor'],
  ['AMD EPYC', '', 'AMD EPYC'],
])('names the processor %s', (name, cpuInfo, expected) => {
  expect(processorName(name, cpuInfo)).toBe(expected);
});
