import type { Cue, TreeNode, TreeNodeObjectTagNameWithRt } from 'webvtt-parser';
import { faultOf } from '../audio/excerpt.ts';
import { AttuneError } from '../errors.ts';
import { saidBy } from '../text.ts';
import type { Turn } from './turns.ts';

const EXAMPLE = '"<v Anna>Good morning" or "Anna: Good morning"';
/** Blocks that hold no cue. */
const NO_CUE = /^(NOTE|STYLE|REGION)(?=$|[ \t\n])/;
/** What the parser finds wrong with a cue whose times and text it reads all the same: order, settings, and spaces that are missing. */
const HARMLESS =
  /^(Start timestamp is not|Timestamp not separated|'-->' not separated|Timestamp must not have|Duplicate setting|No value for|Writing direction|Line |Text position|Position alignment|Size |Alignment |Invalid setting|Blank line missing)/;
/** `Anna: Good morning`, `- Anna: Good morning` */
const PREFIX = /^\s*(?:[-–—]\s*)?(?<speaker>[^:<>\s][^:<>]{0,59}):(?=\s|$)/;
const REFERENCES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', nbsp: ' ', lrm: '', rlm: '' };

/**
 * Reads turns from WebVTT: one for each cue and speaker whom its text names, in voice tags (`<v Anna>`) or else before what is said
 * (`Anna: `). The blocks of the file are parsed one by one, so that each has its line.
 *
 * https://www.w3.org/TR/webvtt1/
 *
 * @throws AttuneError `turns`, naming the line, where a cue is malformed or names nobody, and where there is none
 */
export async function readVttTurns(text: string, name: string): Promise<Turn[]> {
  const { WebVTTParser } = (await import('webvtt-parser')).default;
  const parser = new WebVTTParser();
  const turns = blocksOf(text).flatMap(({ block, line }) => {
    const source = `${name}, line ${line}`;
    try {
      const { cues, errors } = parser.parse(`WEBVTT\n\n${block}`, 'metadata');
      const error = errors.find(({ message }) => !HARMLESS.test(message));
      if (error || !cues.length) throw malformed(source, block, error?.message);
      return cues.flatMap((cue) => turnsOf(cue, source));
    } catch (cause) {
      if (cause instanceof AttuneError) throw cause;
      throw malformed(source, block, saidBy(cause)); // such as tags within tags without end
    }
  });
  if (turns.length) return turns;
  throw new AttuneError('turns', `${name} holds no cue, and so no turn; expected cues such as ${EXAMPLE}`);
}

/** Blocks of lines that may hold a cue, and where each begins, counted from 1. */
function blocksOf(text: string): { block: string; line: number }[] {
  const blocks: { block: string; line: number }[] = [];
  let lines: string[] = [];
  for (const [i, line] of [...text.split(/\r\n|\r|\n/), ''].entries()) {
    if (line !== '') lines.push(line);
    else {
      const first = i + 1 - lines.length;
      const head = first > 1 ? 0 : lines.findIndex((line) => line.includes('-->')); // a blank line may be missing behind it
      const block = lines.slice(head < 0 ? lines.length : head).join('\n');
      if (block && !NO_CUE.test(block)) blocks.push({ block, line: first + head });
      lines = [];
    }
  }
  return blocks;
}

function turnsOf({ startTime: start, endTime: end, text, tree }: Cue, source: string): Turn[] {
  const fault = faultOf({ start, end });
  if (fault) throw new AttuneError('turns', `${source}: the cue cannot be used: ${fault}`);
  const voices = voicesIn(tree.children);
  const prefixes = text
    .replace(/<[^<>]*>/g, '')
    .split('\n')
    .flatMap((line) => PREFIX.exec(line)?.groups?.speaker ?? []);
  const speakers = new Set((voices.length ? voices : prefixes).map(plain).filter(Boolean));
  if (!speakers.size)
    throw new AttuneError('turns', `${source}: the cue names no speaker; expected such as ${EXAMPLE}`);
  return [...speakers].map((speaker) => ({ start, end, speaker, source }));
}

const voicesIn = (nodes: readonly TreeNode<TreeNodeObjectTagNameWithRt>[]): string[] =>
  nodes.flatMap((node) =>
    node.type === 'object' ? [...(node.name === 'v' ? [node.value] : []), ...voicesIn(node.children)] : [],
  );

/** A name as it reads: character references resolved, white space folded. */
const plain = (name: string) =>
  name
    .replace(/&(\w+);/g, (reference, key: string) => REFERENCES[key] ?? reference)
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim();

function malformed(source: string, block: string, reason = 'it holds no times'): AttuneError {
  const [first = ''] = block.split('\n');
  const shown = first.length > 60 ? `${first.slice(0, 60)}...` : first;
  return new AttuneError(
    'turns',
    `${source}: "${shown}" does not begin a cue of WebVTT (${reason.replace(/\.$/, '')}); expected such as "00:00:01.250 --> 00:00:03.500"`,
  );
}
