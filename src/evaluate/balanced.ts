/** A segment as far as its share of an epoch goes. */
interface Counted {
  /** index of its class */
  readonly label: number;
  /** the label of the corpus that it is from; absent: there is one */
  readonly corpus?: string;
}

/** What comes equally often. */
interface Balance {
  /** each class, with `weights` within each corpus; default: yes */
  readonly classes?: boolean;
  /** each corpus, times what is here by its label, else 1; absent: corpora are not told apart */
  readonly weights?: Readonly<Record<string, number>>;
}

/**
 * Segments, some of them again, so that classes, corpora or both come equally often: those of the others again, in turn. Nothing is left
 * out: of the corpora the one that its weight would cost most comes once.
 */
export function balanced<T extends Counted>(segments: readonly T[], { classes = true, weights }: Balance = {}): T[] {
  if (!classes && !weights) return [...segments];
  const weightOf = (corpus = '') => (weights && Object.hasOwn(weights, corpus) ? weights[corpus]! : 1);
  const corpora = (weights ? groups(segments, ({ corpus }) => corpus) : [segments]).map((own) => ({
    weight: weightOf(own[0]?.corpus),
    parts: classes ? groups(own, ({ label }) => label) : [own],
  }));
  const full = ({ weight, parts }: (typeof corpora)[number]) => (parts.length * longest(parts)) / weight;
  const most = Math.max(0, ...corpora.map(full));
  const again = corpora.flatMap(({ weight, parts }) => {
    const share = Math.round((most * weight) / parts.length);
    return parts.flatMap((some) => Array.from({ length: share - some.length }, (_, i) => some[i % some.length]!));
  });
  return [...segments, ...again];
}

const longest = (parts: readonly (readonly unknown[])[]): number => Math.max(0, ...parts.map(({ length }) => length));

/** Segments by key, in the order in which keys are met. */
function groups<T>(segments: readonly T[], key: (segment: T) => unknown): T[][] {
  const found = new Map<unknown, T[]>();
  for (const segment of segments) {
    const own = found.get(key(segment));
    if (own) own.push(segment);
    else found.set(key(segment), [segment]);
  }
  return [...found.values()];
}
