import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runPaths } from '../../src/run/run-folder.ts';
import { temporaryFolder } from '../cli/attune.ts';
import {
  findings,
  NO_FOLDER,
  NOT_HASHED,
  OTHER_PAGE,
  PREDICTIONS,
  rehash,
  rewrite,
  unchecked,
  writeFinishedRun,
} from '../evaluate/finished-run.ts';

describe('verifying report.html', async () => {
  const root = await temporaryFolder();
  let made = 0;
  const notEnded = /^report\.html is not the file that the run ended with: SHA-256/;
  const fresh = async (older = true) => ({
    run: await writeFinishedRun(join(root, String(++made)), PREDICTIONS, { older }),
  });

  it('makes the report again, and names each figure and table of it that differs', async () => {
    const { run } = await fresh();
    const { report } = runPaths(run);
    await rewrite(report, /(\d)\u00a0%/g, '$1 %'); // as older versions wrote it
    expect(await unchecked(run)).toEqual([NOT_HASHED, ...NO_FOLDER]);
    await rewrite(report, 'the share of all utterances that is recognised rightly', 'how much is right');
    expect(await findings(run)).toEqual([
      'report.html shows how much is right (WA, weighted accuracy), the other files give the share of all utterances that is recognised rightly',
    ]);
  });

  it.each<[string, string | RegExp, string, string]>([
    [
      'figure',
      '<p class="value">66.7',
      '<p class="value">76.7',
      'report.html shows 76.7 % (WA, weighted accuracy), the other files give 66.7 %',
    ],
    [
      'class',
      /(<td class="word">sad<\/td><td class="number">)1/,
      '$12',
      'report.html shows 2 (Class, Utterances, Recall, Precision, F1), the other files give 1',
    ],
    [
      'row',
      /<tr><td class="word">b3\.wav.*<\/tr>\n/,
      '',
      'report.html shows nothing (File, Speaker, Class, Fold, Seconds, SHA-256), the other files give b3.wav',
    ],
  ])('finds in the report another %s', async (_, from, to, expected) => {
    const { run } = await fresh();
    await rewrite(runPaths(run).report, from, to);
    expect(await findings(run)).toEqual([expected]);
    expect(await unchecked(run)).toContain(OTHER_PAGE);
  });

  it.each([
    ['no markup', '{}'],
    ['nothing', ''],
    ['markup without end', `<html>${'<b>'.repeat(9000)}`],
  ])('takes a report of %s for another page', async (_, page) => {
    const { run } = await fresh(false);
    await writeFile(runPaths(run).report, page);
    const [said, hash] = await findings(run);
    expect(said).toMatch(/^report\.html says "" where|^report\.html says "{}" where/);
    expect(hash).toMatch(notEnded);
  });

  it('says that it does not know the words of another version', async () => {
    const { run } = await fresh();
    await rewrite(runPaths(run).report, 'Check these figures', 'Trust these figures');
    expect(await findings(run)).toEqual([]);
    expect(await unchecked(run)).toContain(OTHER_PAGE);
  });

  it.each<[string, string | RegExp, string]>([
    ['word', 'Check these figures', 'Trust these figures'],
    ['heading', '<h2>Audit', '<h2>No audit'],
    ['footer', 'Written by Attune', 'Written by hand,'],
  ])('finds another %s that this version did not write, with forged hashes too', async (_, from, to) => {
    const { run } = await fresh(false);
    await rewrite(runPaths(run).report, from, to);
    const said = expect.stringMatching(
      /^report\.html says ".*" where the other files give ".*", though this version wrote it$/,
    );
    expect(await findings(run)).toEqual([said, expect.stringMatching(notEnded)]);
    await rehash(run);
    expect(await findings(run)).toEqual([said]);
  });

  it('finds any other byte of it by its hash, and says what it cannot tell where that is forged', async () => {
    const { run } = await fresh(false);
    await rewrite(runPaths(run).report, '</main>', ' </main>');
    expect(await findings(run)).toEqual([expect.stringMatching(notEnded)]);
    await rewrite(runPaths(run).report, '<main>', '<main style="color: red">');
    await rehash(run);
    expect(await findings(run)).toEqual([]);
    expect(await unchecked(run)).toContainEqual(expect.stringMatching(/^the pictures and looks of report\.html/));
  });

  it('misses it where the run ended with one', async () => {
    const { run } = await fresh(false);
    await rm(runPaths(run).report);
    expect(await findings(run)).toEqual(['report.html is missing']);
  });
});
