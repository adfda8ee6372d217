import { registerUnits } from '../jobs/units.ts';
import type { FoldEvent, FoldUnit } from './fold.ts';

/** Folds of a run. */
export const FOLD = registerUnits<FoldUnit, FoldEvent>('fold', new URL('./fold.js', import.meta.url));
