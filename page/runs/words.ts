/** In percent, with a decimal; nothing where there is none. */
export const percent1 = (share: number | undefined | null): string =>
  share === undefined || share === null ? '' : (100 * share).toFixed(1);

export const range = (interval: { readonly low: number; readonly high: number } | null | undefined): string =>
  interval ? `[${percent1(interval.low)}, ${percent1(interval.high)}]`.replaceAll('-', '−') : '';

/** A time as people say it here, or a day alone. */
export const when = (iso: string): string =>
  iso.includes('T')
    ? new Date(iso).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })
    : new Date(iso).toLocaleDateString([], { dateStyle: 'medium', timeZone: 'UTC' });

/** Where the server has a run: slashes of its name are none of the address, so that no part of a name is taken for a part of a run. */
export const runAt = (id: string): string => `v1/runs/${encodeURIComponent(id)}`;

/** A name of folders as a part of an address of the page. */
export const inAddress = (id: string): string => id.split('/').map(encodeURIComponent).join('/');
