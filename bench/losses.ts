import { boundsOf, needOf, PRODUCTS, type Rates, signatureOf } from './bounds.ts';
import { BETWEEN, type Call } from './profile/profile.ts';

/** What some calls took, beside the least that they could take. */
export interface Loss {
  readonly name: string;
  readonly calls: number;
  readonly ms: number;
  /** of the step, [0, 1] */
  readonly share: number;
  /** their arithmetic at the SGEMM rate */
  readonly sgemm_ms: number;
  /** their bytes at the copy rate */
  readonly copy_ms: number;
  /** time above their bounds: each call's is the longer of the two above */
  readonly loss_ms: number;
}

/** Kinds of operators; those that are not listed are elementwise. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  products: PRODUCTS,
  moves: ['Concat', 'Expand', 'Gather', 'Identity', 'Pad', 'Reshape', 'Resize', 'Slice', 'Split', 'Transpose'],
  'pools and sums': ['AveragePool', 'MaxPool', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceSum'],
  runtime: ['Scan', BETWEEN.operator],
};
export const KIND_NAMES = [...Object.keys(KINDS), 'elementwise'];
const kindOf = ({ operator }: Call) => KIND_NAMES.find((kind) => KINDS[kind]?.includes(operator)) ?? 'elementwise';

/** Those of a layer, forward or backward. */
export interface LayerLoss extends Loss {
  readonly loss_ms_by_kind: Readonly<Record<string, number>>;
}

/** Where a step went. Each list adds up to `all`, and is sorted by loss, greatest first. */
export interface Losses {
  /** 10^9 floating-point operations of all operators */
  readonly gflop: number;
  readonly all: LayerLoss;
  readonly layers: readonly LayerLoss[];
  readonly operators: readonly Loss[];
  /** by operator and shapes of its inputs */
  readonly shapes: readonly Loss[];
  /** an operator of a layer */
  readonly largest: Loss;
}

export function lossesOf(calls: readonly Call[], rates: Rates): Losses {
  const by = (nameOf: (call: Call) => string) => lossesBy(nameOf, calls, rates);
  const byKind = (within: readonly Call[]) =>
    Object.fromEntries(lossesBy(kindOf, within, rates).map(({ name, loss_ms }) => [name, loss_ms]));
  const stageOf = ({ stage }: Call) => stage;
  return {
    gflop: calls.reduce((sum, call) => sum + needOf(call).flop, 0) / 1e9,
    all: { ...by(() => 'all')[0]!, loss_ms_by_kind: byKind(calls) },
    layers: by(stageOf).map((loss) => ({
      ...loss,
      loss_ms_by_kind: byKind(calls.filter((call) => stageOf(call) === loss.name)),
    })),
    operators: by(({ operator }) => operator),
    shapes: by(signatureOf),
    largest: by(({ stage, operator }) => `${operator} of ${stage}`)[0]!,
  };
}

/** The calls of each name, added up. */
function lossesBy(nameOf: (call: Call) => string, calls: readonly Call[], rates: Rates): Loss[] {
  const step = calls.reduce((sum, { ms }) => sum + ms, 0);
  const sums = new Map<string, Loss>();
  for (const call of calls) {
    const name = nameOf(call);
    const { sgemm_ms, copy_ms } = boundsOf(call, rates);
    const sum = sums.get(name) ?? { name, calls: 0, ms: 0, share: 0, sgemm_ms: 0, copy_ms: 0, loss_ms: 0 };
    sums.set(name, {
      name,
      calls: sum.calls + 1,
      ms: sum.ms + call.ms,
      share: sum.share + call.ms / step,
      sgemm_ms: sum.sgemm_ms + sgemm_ms,
      copy_ms: sum.copy_ms + copy_ms,
      loss_ms: sum.loss_ms + call.ms - Math.max(sgemm_ms, copy_ms),
    });
  }
  return [...sums.values()].sort((a, b) => b.loss_ms - a.loss_ms);
}
