import type { Comparison, Difference } from '../../src/evaluate/comparison.ts';
import { visible } from '../../src/text.ts';
import type { Asking } from '../ears/server.ts';
import { Scroll } from '../parts/scroll.tsx';
import { useAnswer } from './asked.ts';
import { FigureCell } from './figure-cell.tsx';
import { percent1 } from './words.ts';

/** Runs beside each other, all of it descriptive: nothing was named before anybody looked. */
export function Compare({ ids, server }: { readonly ids: readonly string[]; readonly server: Asking }) {
  const query = ids.map((id) => `run=${encodeURIComponent(id)}`).join('&');
  const { answer, problem } = useAnswer<Comparison>(server, `v1/comparison?${query}`);
  if (problem)
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  if (!answer) return <p class="quiet">comparing …</p>;
  const { systems, pairs, utterances, speakers, notes } = answer;
  const nameOf = (letter: string) => visible(systems.find(({ name }) => name === letter)!.runs[0]!.run);
  return (
    <section class="panel" aria-label="Comparison">
      <h2>Beside each other</h2>
      <p class="quiet">In brackets 95 % intervals over speakers, jackknife-t.</p>
      <Scroll label="Systems">
        <table class="figures beside">
          <Head first="%" />
          <tbody>
            {systems.map(({ name, ua, wa }) => (
              <tr key={name}>
                <th scope="row">{nameOf(name)}</th>
                <FigureCell shown={percent1(ua.mean)} interval={ua.jackknife} />
                <FigureCell shown={percent1(wa.mean)} interval={wa.jackknife} />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <h3>Differences, in points</h3>
      <Scroll label="Differences">
        <table class="figures beside">
          <Head first="second less first" />
          <tbody>
            {pairs.map(({ first, second, ua, wa }) => (
              <tr key={first + second}>
                <th scope="row">
                  {nameOf(second)} less {nameOf(first)}
                </th>
                <FigureCell shown={signed(ua)} interval={ua.jackknife} />
                <FigureCell shown={signed(wa)} interval={wa.jackknife} />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="quiet">
        The same {utterances} utterances of {speakers} speakers, who are left out of both together. All of this is
        descriptive: <code>attune compare --primary</code> tests what you named before you looked.
      </p>
      <ul class="quiet">
        {notes.map((note) => (
          <li key={note}>{visible(note)}</li>
        ))}
      </ul>
    </section>
  );
}

const signed = ({ difference }: Difference): string => `${difference < 0 ? '−' : '+'}${percent1(Math.abs(difference))}`;

const Head = ({ first }: { readonly first: string }) => (
  <thead>
    <tr>
      <th>{first}</th>
      <th>UA</th>
      <th>WA</th>
    </tr>
  </thead>
);
