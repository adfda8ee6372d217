import { inFull, possibleOffsets } from '../features/front-end.ts';
import type { Offset } from '../features/segmentation.ts';
import type { RunConfig } from './run-files.ts';

/** Where two JSON values differ, one line each: `schedule.epochs was 50, is 10`. */
export function differences(before: unknown, now: unknown, path = ''): string[] {
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  if (!isRecord(before) || !isRecord(now)) return [`${path} was ${JSON.stringify(before)}, is ${JSON.stringify(now)}`];
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.flatMap((name) => differences(before[name], now[name], path ? `${path}.${name}` : name));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

type Asked = Pick<RunConfig, 'corpus' | 'options'>;
type Heard = Pick<RunConfig['options'], 'frontEnd' | 'split'>;

/** In what a run that is to go on was asked otherwise; what its version did not write down is as that version did it. */
export function optionChanges(before: Asked, now: Asked): string[] {
  const asked = ({ corpus, options }: Asked) => ({ corpus, ...asUsed(options) });
  return differences(asked(before), asked(now));
}

/** In what two runs were asked otherwise. One that does not state its offset may have had any that trains alike. */
export function systemChanges(before: Heard, now: Heard): string[] {
  const [first, other] = [before, now].map(({ frontEnd }) => possibleOffsets(frontEnd)) as [Offset[], Offset[]];
  const shared = first.find((offset) => other.includes(offset));
  return differences(asUsed(before, shared), asUsed(now, shared));
}

/** The options with what stands for settings that are not stated. A split is its bytes, wherever they lie. */
const asUsed = <T extends Heard>({ frontEnd, split, ...options }: T, unstated?: Offset) => ({
  ...options,
  ...{ frontEnd: inFull(frontEnd, unstated), split: split?.sha256 },
});
