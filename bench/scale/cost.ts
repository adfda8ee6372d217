/** What a core and an hour of it are assumed to be. */
export interface CostAssumptions {
  /** seconds of sound that one core answers in a second */
  readonly audioSecondsPerCoreSecond: number;
  /** of a core, USD an hour; a price of rent, with whatever energy it holds */
  readonly usdPerCoreHour: number;
}

/** Of a virtual core in a large cloud without commitment, about; not a quotation. */
export const USD_PER_CORE_HOUR = 0.04;

/**
 * What it takes on paper to answer so much sound: cores that do nothing else, all the time.
 *
 * @param hours of sound
 * @returns hours of one core, and their price, USD; no storage, network, people, nor energy beyond what the price holds
 */
export function costOf(hours: number, { audioSecondsPerCoreSecond, usdPerCoreHour }: CostAssumptions) {
  const coreHours = hours / audioSecondsPerCoreSecond;
  return { coreHours, usd: coreHours * usdPerCoreHour };
}
