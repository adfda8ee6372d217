import { visible } from '../../src/text.ts';

/** Which files are damaged, and what to do; nothing where none is. */
export const Damages = ({ of }: { readonly of: readonly string[] }) =>
  of.length > 0 && (
    <ul class="warnings" aria-label="Damaged files">
      {of.map((damage) => (
        <li key={damage}>{visible(damage)}</li>
      ))}
    </ul>
  );
