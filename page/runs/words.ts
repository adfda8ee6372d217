/** In percent, with a decimal; nothing where there is none. */
export const percent1 = (share: number | undefined | null): string =>
  share === undefined || share === null ? '' : (100 * share).toFixed(1);

export const range = (interval: { readonly low: number; readonly high: number } | null | undefined): string =>
  interval ? `[${percent1(interval.low)}, ${percent1(interval.high)}]` : '';

/** A time as people say it here. */
export const when = (iso: string): string =>
  new Date(iso).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

/** A name of folders as a part of an address. */
export const inAddress = (id: string): string => id.split('/').map(encodeURIComponent).join('/');
