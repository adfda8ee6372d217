import type { ComponentChildren } from 'preact';

interface Props {
  /** what it holds */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** What may be wider than the page; keys move it too. */
export function Scroll({ label, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it, only a mouse would reach what is not in view
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
