/** What a picture can show, in the order in which one follows from the other. */
export const PANELS = ['spectrogram', 'bottom-up', 'top-down', 'product'] as const;
/** One of {@link PANELS}: the sound, where the network attends, what it takes for the class, and both maps multiplied (Eq. 7 and 8). */
export type PanelName = (typeof PANELS)[number];
