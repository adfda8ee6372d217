import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import { CNN_LSTM } from '../cnn-lstm/family.ts';
import { constants } from '../layers.ts';
import type { Family, Head } from '../network.ts';
import { DEFAULT_TWO_STEP, TWO_STEP_ARCHITECTURE, type TwoStepArchitecture } from './architecture.ts';

/** Step one: neutral or not; step two: which of the others. */
const STEPS = ['one', 'two'] as const;
const FC = ['fc.weight', 'fc.bias'] as const;

/**
 * Two networks of Satt et al. 2017 side by side, whose last layers share a table of rows: step one has the row of neutral, step two those of
 * the others. With z the logit of step one and q the softmax of step two
 *
 *     P(neutral) = sigmoid(z);  P(k) = (1 - P(neutral)) q_k
 *
 * so that the cross-entropy of these is that of step one, plus, where the segment is not neutral, that of step two: each step learns what it
 * would alone. This reading of the two-step predictor is ours (docs/decisions/comparators.md).
 */
export const TWO_STEP: Family<TwoStepArchitecture> = {
  kind: 'two-step',
  schema: TWO_STEP_ARCHITECTURE,
  defaults: DEFAULT_TWO_STEP,
  build(architecture) {
    const { kind: _, neutral, threshold, ...sizes } = architecture;
    const { classes, dense } = sizes;
    const step = CNN_LSTM.build({ kind: 'cnn-lstm', ...sizes });
    const evenOdds = Math.log(classes - 1);
    const head: Head = {
      parameters: FC,
      inputs: 2 * dense,
      inputOf: (x, weights) =>
        f.concat(
          inTurn(x, (name) => step.head.inputOf(x, ofStep(weights, name))),
          1,
        ),
      logits: (input, parameters) =>
        joined(
          [0, dense].map((from) => step.head.logits(f.slice(input, [1], [from], [from + dense]), parameters)),
          architecture,
        ),
    };
    return {
      ...{ kind: 'two-step', takes: step.takes, features: step.features!, classes, head },
      name: 'two steps of convolutions and a bidirectional LSTM',
      ...{ parameters: named(step.parameters), statistics: new Map() },
      ...(step.dropout && { dropout: named(step.dropout) }),
      settings: [
        ...step.settings,
        ['Class of step one', `number ${neutral + 1}`],
        ['Threshold of step one', threshold],
      ],
      inTraining(x, parameters, _, masks) {
        const steps = inTurn(x, (name) => {
          const own = masks && ofStep(masks, name);
          return step.inTraining(x, ofStep(parameters, name), undefined, own).logits;
        });
        return { logits: joined(steps, architecture), statistics: {} };
      },
      inUse(x, weights) {
        const logits = head.logits(head.inputOf(x, weights), constants(x.graph, weights, isShared));
        return f.add(logits, x.graph.constant(oneHot(architecture, evenOdds), [classes]));
      },
      decide: (probabilities) =>
        probabilities[neutral]! >= threshold ? neutral : likeliestOther(probabilities, neutral),
    };
  },
};

/** In training neutral is one of classes that come equally often. In use its odds are even, so that a threshold of 0.5 means what it says. */
const oneHot = ({ classes, neutral }: TwoStepArchitecture, value: number): Float32Array =>
  new Float32Array(classes).fill(value, neutral, neutral + 1);

const isShared = (name: string): boolean => (FC as readonly string[]).includes(name);

/** Tensors as a step names them: its own, and those that both share. */
const ofStep = <T>(tensors: Readonly<Record<string, T>>, step: (typeof STEPS)[number]): Record<string, T> =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) => {
      if (isShared(name)) return [[name, tensor]];
      return name.startsWith(`${step}.`) ? [[name.slice(step.length + 1), tensor]] : [];
    }),
  );

/** What is of each step, under names of their own; shared things last. */
function named<T>(ofOne: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const own = [...ofOne].filter(([name]) => !isShared(name));
  const shared = [...ofOne].filter(([name]) => isShared(name));
  return new Map([...STEPS.flatMap((step) => own.map(([name, one]) => [`${step}.${name}`, one] as const)), ...shared]);
}

const inTurn = (x: Tensor, build: (step: (typeof STEPS)[number]) => Tensor): Tensor[] =>
  STEPS.map((step) => x.graph.scope(step, () => build(step)));

/**
 * From what each step's own last layer says of all classes, `[n, classes]`, the column of neutral of step one, and the others' logarithms of
 * probabilities of step two; their softmax is P.
 */
function joined([one, two]: readonly Tensor[], { classes, neutral }: TwoStepArchitecture): Tensor {
  const columns = (from: Tensor, first: number, end: number) =>
    first < end ? [f.slice(from, [1], [first], [end])] : [];
  const others = f.logSoftmax(f.concat([...columns(two!, 0, neutral), ...columns(two!, neutral + 1, classes)], 1), 1);
  const parts = [
    ...columns(others, 0, neutral),
    ...columns(one!, neutral, neutral + 1),
    ...columns(others, neutral, classes - 1),
  ];
  return f.concat(parts, 1);
}

function likeliestOther(probabilities: readonly number[], neutral: number): number {
  const others = probabilities.map((probability, k) => (k === neutral ? -1 : probability));
  return others.indexOf(Math.max(...others));
}
