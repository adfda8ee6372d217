import * as v from 'valibot';
import { folderOf } from '../inside.ts';
import { registerUnits } from '../jobs/units.ts';
import { name, type Properties } from '../json.ts';
import type { FoldUnit } from './fold.ts';
import type { FitEvent } from './system.ts';

/** What a fold reads beside it, its run's configuration and manifest, is checked where it is read. */
const UNIT = v.object({ fold: name, corpus: folderOf } satisfies Properties<FoldUnit>);

/** Folds of a run. */
export const FOLD = registerUnits<FoldUnit, FitEvent>('fold', new URL('./fold.js', import.meta.url), UNIT, {
  needs: ({ corpus }) => corpus, // two corpora may have the same manifest, such as copies of one
  replaces: (event) => ('warning' in event ? undefined : 'history' in event ? 'history' : 'step'),
});
