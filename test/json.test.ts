import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { AttuneError } from '../src/errors.ts';
import {
  anything,
  byName,
  checkArgument,
  list,
  type Properties,
  parseJson,
  type Schema,
  whole,
  within,
} from '../src/json.ts';

interface Thing {
  readonly count: number;
  readonly share?: number;
  readonly parts: readonly { readonly kind: 'a' | 'b' }[];
  readonly named: Readonly<Record<string, number>>;
}

const THING: Schema<Thing> = v.object({
  count: whole(1, 5),
  share: v.exactOptional(within(0, 1)),
  parts: list(v.strictObject({ kind: v.picklist(['a', 'b']) }), 3),
  named: byName(whole(0)),
} satisfies Properties<Thing>);

const origin = { name: 'thing.json', code: 'run', remedy: 'Put it back.' } as const;
const read = (text: string) => parseJson(text, THING, origin);

describe('JSON of a known form', () => {
  it('is read as it is, names that mean something to JavaScript included', () => {
    const text = '{"count":5,"parts":[{"kind":"b"}],"named":{"__proto__":1,"constructor":2,"":3}}';
    const { named, ...rest } = read(text);
    expect(rest).toEqual({ count: 5, parts: [{ kind: 'b' }] });
    expect(Object.entries(named)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
      ['', 3],
    ]);
    expect(Object.getPrototypeOf(named)).toBe(Object.prototype);
  });

  it.each([
    ['', 'and cannot be read as JSON'],
    ['{', 'and cannot be read as JSON'],
    ['null', 'at its start: expected an object, got null'],
    ['[]', 'at count: expected a value, got nothing'],
    ['{}', 'at count: expected a value, got nothing'],
    ['{"count":"1"}', 'at count: expected a whole number from 1 to 5, got "1"'],
    ['{"count":1.5}', 'at count: expected a whole number from 1 to 5, got 1.5'],
    ['{"count":1e999}', 'at count: expected a whole number from 1 to 5, got Infinity'],
    ['{"count":1,"share":null}', 'at share: expected a number from 0 to 1, got null'],
    ['{"count":1,"parts":{}}', 'at parts: expected a list, got an object'],
    ['{"count":1,"parts":[1,2,3,4]}', 'at parts[0]: expected an object, got 1'],
    ['{"count":1,"parts":[{"kind":"a"},{"kind":"c"}]}', 'at parts[1].kind: expected one of "a", "b", got "c"'],
    ['{"count":1,"parts":[{"kind":"a","more":1}]}', 'at parts[0].more: expected no such setting, '],
    ['{"count":1,"parts":[],"named":{"x":{}}}', 'at named.x: expected a whole number of 0 or more, got an object'],
    ['{"count":1,"parts":[],"named":{"__proto__":"x"}}', 'at named.__proto__: expected a whole number'],
    ['{"count":1,"parts":[],"named":[]}', 'at named: expected an object, got a list of 0'],
    [`{"count":"${'x'.repeat(1000)}"}`, `got "${'x'.repeat(59)}…. Put it back.`],
  ])('%s is refused by its file and its key', (text, message) => {
    const attempt = () => read(text);
    expect(attempt).toThrow(AttuneError);
    expect(attempt).toThrow(/^thing\.json is damaged .*\. Put it back\.$/);
    expect(attempt).toThrow(message);
  });

  it('is refused where it is nested a hundred thousand times', () => {
    const deep = `${'['.repeat(1e5)}${']'.repeat(1e5)}`;
    expect(() => parseJson(deep, anything, origin)).toThrow(
      /thing\.json .* no more than 16 within each other, got a list/,
    );
    expect(() => parseJson(`{"a":${deep}}`, THING, origin)).toThrow(/at count/);
  });

  it('is told of by its key where a caller gave it', () => {
    expect(() => checkArgument({ count: 0 }, THING, 'the thing')).toThrow(
      expect.objectContaining({ code: 'usage', message: 'expected count to be a whole number from 1 to 5, got 0' }),
    );
    expect(() => checkArgument(undefined, THING, 'the thing')).toThrow(
      'expected the thing to be an object, got nothing',
    );
  });
});
