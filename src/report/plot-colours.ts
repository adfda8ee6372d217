// Colours follow the page, light or dark; a picture on its own falls back on these.
export const BLUE = 'var(--blue, #2563a8)';
export const ORANGE = 'var(--orange, #d0741c)';
export const ON_BLUE = 'var(--on-blue, #ffffff)';
export const FAINT = 'var(--faint, #6b7280)';
