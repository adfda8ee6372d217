/**
 * A share as a number of percent, such as `50.0`; a dash where there is none.
 *
 * @param share 0 to 1, or a difference of such
 */
export const inPercent = (share: number | null, decimals = 1): string =>
  share === null ? '–' : (100 * share).toFixed(decimals);

/** A share with its sign of percent, such as `50.0 %`; a dash where there is none. As {@link inPercent}. */
export const percent = (share: number | null, decimals = 1): string =>
  share === null ? '–' : `${inPercent(share, decimals)} %`;
