import { centred, centredMean, meanRow, type Reference } from '../model/reference.ts';

/** What is said of one recording of a source. */
export interface SourceMember {
  /** `[segments][classes]`, before temperature and softmax */
  readonly logits: readonly (readonly number[])[];
  /** the number of the class that is answered */
  readonly answer: number;
}

/** What a source adds to the logits of all that comes from it, as far as its own recordings tell. */
export interface SourceShift {
  /** to be taken from every segment's logits, `[classes]`; it sums to 0 */
  readonly shift: readonly number[];
  /** the class that is answered most often, and the share of the recordings that it is answered for, (0, 1]; undefined without recordings */
  readonly most: { readonly answer: number; readonly share: number } | undefined;
}

/** What is known of a source beside its recordings. */
export interface SourceKnowledge {
  /** it holds every class about equally often; default: false, so that its own answers tell how far it can be trusted */
  readonly mixed?: boolean;
}

/** Whether nothing is taken out. */
export const isNothing = (shift: SourceShift['shift']): boolean => shift.every((value) => value === 0);

/** A mean of so many recordings is believed by half. */
const HALF_BELIEVED = 20;
/** Below this entropy of the answers, as a share of the greatest, nothing is taken out; at the greatest, all. */
const LEAST_ENTROPY = 0.75;

/**
 * Tells what a source adds (docs/decisions/normalize.md). The last layer is linear, so a constant of the line or the room is a constant of
 * the logits z. By the network's own first answers, its mean over the K' classes that are answered is
 *
 *   shift = n / (n + 20) * max(0, (H - 0.75) / 0.25) * 1/K' sum_k (mean of z over what is answered k  -  reference_k)
 *
 * with n recordings and H the entropy of the shares of answers over that of K equal ones. Classes count alike, however often they are
 * answered, so a source that is mostly neutral is not taken for a neutral one; and where answers lean to few classes (6, 4 and 2 of 12 have an
 * H of 0.73 of four), a mean cannot be told from a mood, and nothing is taken out. One recording has no mean of its own.
 *
 * Where the source is known to be mixed, no answer is asked: its plain mean is taken out,
 *
 *   shift = mean of z  -  1/K sum_k reference_k
 *
 * @param reference `[classes][classes]`
 */
export function sourceShift(
  members: readonly SourceMember[],
  reference: Reference,
  { mixed = false }: SourceKnowledge = {},
): SourceShift {
  const n = members.length;
  const own = reference.map((_, k) => members.filter(({ answer }) => answer === k));
  const shares = own.map(({ length }) => length / n);
  const share = Math.max(...shares);
  const most = n ? { answer: shares.indexOf(share), share } : undefined;
  if (mixed && n > 1) {
    const centre = meanRow(reference.map(centred));
    const mean = meanRow(members.map(({ logits }) => centredMean(logits)));
    return { shift: mean.map((logit, k) => logit - centre[k]!), most };
  }
  const weight = (n / (n + HALF_BELIEVED)) * Math.max(0, (entropyOf(shares) - LEAST_ENTROPY) / (1 - LEAST_ENTROPY));
  if (n < 2 || weight === 0) return { shift: reference.map(() => 0), most };
  const differences = own.flatMap((answered, k) => {
    if (!answered.length) return [];
    const mean = meanRow(answered.map(({ logits }) => centredMean(logits)));
    return [mean.map((logit, j) => logit - reference[k]![j]!)];
  });
  return { shift: meanRow(differences).map((difference) => weight * difference), most };
}

/** Of shares that sum to 1, over that of as many equal ones: in [0, 1]. */
const entropyOf = (shares: readonly number[]): number =>
  shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0) / Math.log(shares.length);
