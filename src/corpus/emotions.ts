/** The four classes of the paper (section 3.1), in the order of its figures: the default set of every corpus and run. */
export const EMOTIONS = ['neutral', 'happy', 'angry', 'sad'] as const;

/** One of {@link EMOTIONS}: `neutral`, `happy`, `angry` or `sad`. */
export type Emotion = (typeof EMOTIONS)[number];
