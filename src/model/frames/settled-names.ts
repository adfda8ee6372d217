// Apart from what computes them, which needs linear algebra and is loaded to train alone.

/** Of each number over the training segments. */
export const MEAN = 'pooled.mean';
export const DEVIATION = 'pooled.deviation';
/** `[directions, width]`, of length 1 and at right angles, or zeros where there are fewer */
export const DIRECTIONS = 'speakers.directions';
/** `[dampedDirections(width), width]`, at right angles to each other and to those of speakers; the longer, the more of it is taken out */
export const ALTERED = 'alterations.directions';

/** Directions in which altered copies differ that are damped: behind them little is left. */
const MOST_DAMPED = 16;
export const dampedDirections = (width: number): number => Math.min(MOST_DAMPED, width);
