import { registerUnits } from '../../../dist/jobs/units.js';
import { anything } from '../../../dist/json.js';

/** Units of `unit.js`, for processes that run what was built. */
export const SLOW = registerUnits('slow', new URL('./unit.js', import.meta.url), anything);
