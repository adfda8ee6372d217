/**
 * Segments that are trained on in a fold of EmoDB's cross-validation by default: 774 segments at the hop of training, of which a
 * fold leaves one of ten speakers out, so nine tenths in the mean, in 50 epochs (results/emodb-attention, manifest and config).
 */
export const SEGMENTS_PER_FOLD = ((774 * 9) / 10) * 50;

export const foldsPerHour = (segmentsPerSecond: number) => (3600 * segmentsPerSecond) / SEGMENTS_PER_FOLD;
