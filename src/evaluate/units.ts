import { registerUnits } from '../jobs/units.ts';
import type { FoldUnit } from './fold.ts';
import type { FitEvent } from './system.ts';

/** Folds of a run. */
export const FOLD = registerUnits<FoldUnit, FitEvent>('fold', new URL('./fold.js', import.meta.url), {
  replaces: (event) => ('warning' in event ? undefined : 'history' in event ? 'history' : 'step'),
});
