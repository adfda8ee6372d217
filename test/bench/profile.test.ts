import { describe, expect, it } from 'vitest';
import { type ProfileEvent, sharesOf } from '../../bench/profile.ts';

const node = (op_name: string, ts: number, dur: number, shape: number[] = [1]): ProfileEvent => ({
  cat: 'Node',
  name: `${op_name}_kernel_time`,
  ts,
  dur,
  args: { op_name, input_type_shape: [{ float: shape }] },
});
const session = (name: string, ts: number, dur: number): ProfileEvent => ({ cat: 'Session', name, ts, dur, args: {} });

/** In the order in which the runtime writes them: an event when it ends. */
const EVENTS = [
  node('Conv', 0, 5000),
  session('model_run', 0, 6000),
  node('Conv', 10_000, 3000, [2, 3]),
  node('Mul', 13_000, 1100),
  node('Add', 14_100, 400),
  node('Conv', 14_500, 1500, [4, 5]),
  session('SequentialExecutor::Execute', 13_000, 3000),
  node('Scan', 13_000, 4000),
  session('model_run', 10_000, 10_000),
];

describe('the profile of a step', () => {
  it('is the last run alone, each operator without those inside it', () => {
    expect(sharesOf(EVENTS, false)).toEqual([
      { operator: 'Conv', calls: 2, milliseconds: 4.5, share: 0.45 },
      { operator: '(the runtime between operators)', calls: 1, milliseconds: 3, share: 0.3 },
      { operator: 'Mul', calls: 1, milliseconds: 1.1, share: 0.11 },
      { operator: 'Scan', calls: 1, milliseconds: 1, share: 0.1 },
      { operator: 'Add', calls: 1, milliseconds: 0.4, share: 0.04 },
    ]);
  });

  it('tells shapes apart', () => {
    const operators = sharesOf(EVENTS, true).map(({ operator, milliseconds }) => [operator, milliseconds]);
    expect(operators).toContainEqual(['Conv [2, 3]', 3]);
    expect(operators).toContainEqual(['Conv [4, 5]', 1.5]);
  });

  it('takes the one written later for the outer one where two start and end together', () => {
    const inside = [node('Mul', 0, 4000), node('Scan', 0, 4000), session('model_run', 0, 4000)];
    expect(sharesOf(inside, false).find(({ operator }) => operator === 'Mul')!.milliseconds).toBe(4);
    expect(sharesOf(inside, false).find(({ operator }) => operator === 'Scan')!.milliseconds).toBe(0);
  });
});
