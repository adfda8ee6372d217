import type { Finding } from '../corpus/findings.ts';
import type { Manifest, RunOptions } from '../run/run-files.ts';
import { type Html, html, table } from './html.ts';

/** What tells what may pass; what was made elsewhere has no protocol. */
type Asked = Partial<Pick<RunOptions, 'protocol' | 'accept'>>;

/** What the audit found before the run was started, and what let it pass. */
export function audit(manifest: Manifest, options: Asked): Html {
  if (!manifest.audit)
    return html`<p>The corpus was not audited: this run was made by a version that had no audit.</p>`;
  if (!manifest.audit.length) return html`<p>${NOTHING}</p>`;
  const rows = manifest.audit.map((finding) => [
    ...[html`<code>${finding.code}</code>`, finding.message, passed(finding, options)],
  ]);
  const accepted = manifest.audit.filter((finding) => passed(finding, options) === ACCEPTED).length;
  return html`${
    accepted
      ? html`<p class="warning">${accepted === 1 ? 'One finding' : `${accepted} findings`} would have stopped the run and ${accepted === 1 ? 'was' : 'were'} accepted by the user with <code>--accept</code>.</p>`
      : null
  }
<div class="audit">${table(['Finding', 'What was found', 'Passed as'], rows, [0, 1, 2])}</div>`;
}

const NOTHING =
  'Nothing was found: no speaker, utterance or copy of a recording on both sides of a fold, no copies within the corpus, no class or speaker missing.';

const ACCEPTED = 'accepted';

function passed({ code, name, fatal }: Finding, { protocol, accept = [] }: Asked): string {
  if (!fatal) return 'a note';
  if (accept.includes(name) || accept.includes(code)) return ACCEPTED;
  return protocol === 'random-leaking' && code === 'speaker-on-both-sides' ? 'the protocol’s own leak' : 'not accepted';
}
