import type { Utterance } from '../../src/corpus/utterance.ts';

/**
 * Speakers by whom choices are made that are to hold on new voices: whoever else is in these corpora is scored once, when all is frozen.
 * By corpus, as its folder in ATTUNE_CORPORA is called.
 */
export const DEVELOPMENT: Readonly<Record<'ravdess' | 'nemo', readonly string[]>> = {
  ravdess: ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'],
  nemo: ['EB0', 'IC0', 'KS0', 'MP0'],
};

export const isForDevelopment = (corpus: keyof typeof DEVELOPMENT, { speaker }: Pick<Utterance, 'speaker'>): boolean =>
  DEVELOPMENT[corpus].includes(speaker);
