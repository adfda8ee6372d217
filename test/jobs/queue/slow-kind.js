import { registerUnits } from '../../../dist/jobs/units.js';

/** Units of `slow-unit.js`, for processes that run what was built. */
export const SLOW = registerUnits('slow', new URL('./slow-unit.js', import.meta.url));
