import { useState } from 'preact/hooks';
import type { Item, Own } from '../item.ts';
import { classesOf, csvOf } from '../report.ts';
import { colourOf, percent, save } from '../words.ts';
import { Scroll } from './scroll.tsx';

interface Props {
  readonly items: readonly Item[];
  readonly chosen: number | undefined;
  readonly choose: (id: number) => void;
  readonly own: Own;
  readonly setOwn: (own: Own) => void;
  /** whether the network can tell against their own mean */
  readonly normalizes: boolean;
  readonly isChanged: (id: number) => boolean;
}

type Column = 'name' | 'seconds' | 'answer' | 'share';

/** Several recordings: sortable, and kept as CSV. */
export function Table({ items, chosen, choose, own, setOwn, normalizes, isChanged }: Props) {
  const [by, setBy] = useState<{ readonly column: Column; readonly down: boolean }>();
  const rows = items.map((item) => ({ item, ...cellsOf(item) }));
  if (by)
    rows.sort((a, b) => {
      const [one, other] = [a[by.column], b[by.column]];
      const order = typeof one === 'number' ? one - (other as number) : String(one).localeCompare(String(other));
      return by.down ? -order : order;
    });
  const head = (column: Column, words: string, kind = '') => (
    <th key={column} class={kind} aria-sort={by?.column === column ? (by.down ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        class="link"
        onClick={() => setBy({ column, down: by?.column === column ? !by.down : false })}
      >
        {words}
      </button>
    </th>
  );
  return (
    <section class="several" aria-label="All recordings">
      <Scroll label="Table of recordings">
        <table>
          <thead>
            <tr>
              {head('name', 'recording')}
              {head('seconds', 'seconds', 'number')}
              {head('answer', 'answer')}
              {head('share', 'probability', 'number')}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ item, name, seconds, answer, share }) => (
              <tr key={item.id} class={item.id === chosen ? 'chosen' : ''}>
                <td>
                  <button
                    type="button"
                    class="link name"
                    title={name}
                    aria-pressed={item.id === chosen}
                    onClick={() => choose(item.id)}
                  >
                    {name}
                  </button>
                </td>
                <td class="number">{seconds ? seconds.toFixed(1) : ''}</td>
                <td>
                  <span class="dot" style={{ background: colourOf(answer, classesOf(item)) }} />
                  {answer}
                  {isChanged(item.id) ? ' *' : ''}
                </td>
                <td class="number">{share ? percent(share) : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <div class="controls">
        {normalizes && (
          <label>
            against their own mean{' '}
            <select name="own" value={own} onChange={({ currentTarget }) => setOwn(currentTarget.value as Own)}>
              <option value="none">no: each alone</option>
              <option value="answers">yes, carefully</option>
              <option value="mixed">yes: every emotion is there about equally often</option>
            </select>
          </label>
        )}
        <button
          type="button"
          class="link last"
          onClick={() => save(own === 'none' ? 'attune.csv' : 'attune-own-mean.csv', csvOf(items, own), 'text/csv')}
        >
          CSV
        </button>
      </div>
      {own !== 'none' && (
        <p class="quiet">
          * For recordings of one voice or microphone that show several emotions: what they share is taken out, so each
          answer depends on the others.
        </p>
      )}
    </section>
  );
}

function cellsOf({ name, told, state, error }: Item) {
  if (!told)
    return { name, seconds: 0, answer: error ? 'cannot be heard' : state === 'working' ? '…' : 'waits', share: 0 };
  const { recognition, answer } = told;
  const share = answer === 'no speech' ? 0 : recognition.probabilities[recognition.emotion]!; // of what is no answer
  return { name, seconds: recognition.durationSeconds, answer, share };
}
