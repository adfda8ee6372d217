/** The four classes of the paper (section 3.1), in the order that every table, vector and file of Attune keeps. */
export const EMOTIONS = ['neutral', 'happy', 'angry', 'sad'] as const;

/** One of {@link EMOTIONS}: `neutral`, `happy`, `angry` or `sad`. */
export type Emotion = (typeof EMOTIONS)[number];
