/** What frames are described by: as Lee & Tashev do (Interspeech 2015), or as Han et al. (Interspeech 2014). */
export type DescriptorSet = 'lee-tashev' | 'han';
export const DESCRIPTOR_SETS = ['lee-tashev', 'han'] as const satisfies readonly DescriptorSet[];

const mfcc = (first: number) => Array.from({ length: 13 - first }, (_, i) => `mfcc ${first + i}`);

const MEASURED: Readonly<Record<DescriptorSet, readonly string[]>> = {
  'lee-tashev': ['f0', 'voicing', 'zcr', ...mfcc(1), 'log energy'],
  han: [...mfcc(0), 'pitch period', 'hnr'],
};

/** The numbers of a frame: those that are measured, then their deltas. */
export const namesOf = (set: DescriptorSet): string[] => [
  ...MEASURED[set],
  ...MEASURED[set].map((name) => `delta ${name}`),
];
