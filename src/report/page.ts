import { type Html, html, raw } from './html.ts';
import { STYLE } from './style.ts';

/** What a page of figures holds. */
export interface Page {
  readonly title: string;
  /** above all */
  readonly name: string;
  /** beside the name */
  readonly badge: Html | null;
  /** below it */
  readonly subtitle: string;
  readonly body: Html;
  /** the version that made the figures */
  readonly attune: string;
}

/** One page with everything in it, without scripts and without anything to load. */
export const pageHtml = ({ title, name, badge, subtitle, body, attune }: Page): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header><h1>${name}${badge}</h1>
<p class="faint">${subtitle}</p></header>
<main>
${body}
</main>
<footer class="faint">Written by Attune ${attune}.</footer>
</body>
</html>
`.markup;

/**
 * How figures follow from the predictions.
 *
 * @param of what the probabilities are, behind a comma
 */
export const recompute = (
  of = '',
): Html => html`<p><code>predictions.csv</code> holds a row an utterance: <code>utterance</code>, <code>speaker</code>, <code>fold</code>,
<code>emotion</code> (the true class), <code>predicted</code>, and a probability for each class${of}. WA and UA follow from it with nothing but Python:</p>
<pre>import csv
rows = list(csv.DictReader(open("predictions.csv", encoding="utf-8", newline="")))
def right(some): return sum(row["emotion"] == row["predicted"] for row in some) / len(some)
classes = {row["emotion"] for row in rows}
recalls = [right([row for row in rows if row["emotion"] == emotion]) for emotion in classes]
print("WA", right(rows), "UA", sum(recalls) / len(recalls))</pre>`;
