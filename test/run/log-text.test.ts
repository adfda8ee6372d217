import { expect, it } from 'vitest';
import { parseLog } from '../../src/run/log-text.ts';

const END = '{"event":"end","time":"2026-03-01T09:00:00.000Z"}';
const START =
  '{"event":"start","time":"2026-03-01T09:00:00.000Z","environment":{"attune":"0.1.0","node":"v22","runtime":"1","processor":"x"}}';

it.each([
  ['one character', '{'],
  ['a part', START.slice(0, 60)],
  ['all but its last brace', START.slice(0, -1)],
  ['a part, and what came when the run was started again', `${START.slice(0, 40)}${START}`],
  ['less than every entry begins with, and another part', `{"eve${START.slice(0, 50)}`],
])('%s of an entry is what a kill leaves', (_, line) => {
  expect(parseLog(`${END}\n${line}\n${END}\n`)).toEqual({
    entries: [JSON.parse(END), JSON.parse(END)],
    cut: 1,
    damaged: [],
  });
});

it.each([
  ['zeros', '\0'.repeat(20)],
  ['zeros behind a part', `${START.slice(0, 40)}${'\0'.repeat(9)}`],
  ['the end of an entry alone', START.slice(9)],
  ['an entry of another form', END.replace('time', 'tame')],
  ['an entry that is no JSON', START.replace('"node":', '"node"')],
  ['two entries', END + END],
])('%s is damage', (_, line) => {
  expect(parseLog(`${END}\n${line}\n`)).toEqual({ entries: [JSON.parse(END)], cut: 0, damaged: [2] });
});
