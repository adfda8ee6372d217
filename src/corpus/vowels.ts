/**
 * F1, F2 and F3 in Hz of American vowels as men speak them: the means of Peterson and Barney (1952), "Control methods
 * used in a study of the vowels", JASA 24, table II.
 */
export const VOWELS = {
  heed: [270, 2290, 3010],
  hid: [390, 1990, 2550],
  head: [530, 1840, 2480],
  had: [660, 1720, 2410],
  hod: [730, 1090, 2440],
  hawed: [570, 840, 2410],
  hood: [440, 1020, 2240],
  whod: [300, 870, 2240],
  hud: [640, 1190, 2390],
} as const;

export type Vowel = keyof typeof VOWELS;

/** F4 and F5 in Hz, the same for every vowel: those of an even tube 17.5 cm long. */
export const UPPER_FORMANTS = [3500, 4500] as const;
