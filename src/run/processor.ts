import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** This machine's, as results name it: their last digits depend on what its instructions can do. */
export const processor = (): string => processorName(cpus()[0]?.model.trim() ?? 'unknown', cpuInfo());

/** With family and model where the name alone tells processors of many years alike, such as `AMD EPYC`. */
export function processorName(name: string, cpuInfo: string): string {
  const [family, model] = ['cpu family', 'model'].map(
    (key) => cpuInfo.match(new RegExp(`^${key}\\s*: (\\d+)`, 'm'))?.[1],
  );
  return /\d/.test(name) || !family || !model ? name : `${name} (family ${family}, model ${model})`;
}

/** Empty where there is none, as outside Linux. */
function cpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
