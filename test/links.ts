/** What a page of Markdown links to, or shows, in this repository: paths relative to the page, with their anchors. */
export function linksOf(page: string): string[] {
  const text = page.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  const inline = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  const named = [...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm)].map(([, link]) => link!);
  return [...inline, ...named].filter((link) => !/^\w+:/.test(link));
}
