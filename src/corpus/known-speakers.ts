const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Who speaks in a corpus as it is published, by the corpus's name. */
export const KNOWN_SPEAKERS: Readonly<Record<string, readonly string[]>> = {
  emodb: ['03', '08', '09', '10', '11', '12', '13', '14', '15', '16'],
  ravdess: range(1, 24).map((actor) => String(actor).padStart(2, '0')),
  'crema-d': range(1001, 1091).map(String),
  subesco: ['F', 'M'].flatMap((gender) => range(1, 10).map((n) => `${gender}_${String(n).padStart(2, '0')}`)),
  mesd: ['C', 'F', 'M'],
  jl: ['female1', 'female2', 'male1', 'male2'],
  iemocap: range(1, 5).flatMap((session) => [`Ses0${session}F`, `Ses0${session}M`]),
};
