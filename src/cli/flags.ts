/** Options that the command line calls otherwise. */
const OTHER: Readonly<Record<string, string>> = { augmentation: 'augment' };

/** Options of the library are named in its errors as programs have them, such as `testOn`; on the command line they are flags. */
export const inFlags = (text: string): string =>
  text.replace(
    /`([a-z][A-Za-z]{1,30})`/g,
    (_, option: string) => `--${(OTHER[option] ?? option).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
