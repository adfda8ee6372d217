/** Two significant digits. */
export const significant = (value: number): string => (value === 0 ? '0' : String(Number(value.toPrecision(2))));

/** The same with a sign, as it is set in print. */
export const signed = (value: number): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${significant(Math.abs(value))}`;

/** Two decimals, with a minus sign as it is set in print. */
export const fixed = (value: number): string => value.toFixed(2).replace('-', '−');

/** A name of at most 40 characters: of a longer one its beginning and its end. */
export const shortened = (name: string): string =>
  name.length > 40 ? `${name.slice(0, 24)}…${name.slice(-15)}` : name;
