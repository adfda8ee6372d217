import type { Comparison, Difference } from '../../src/evaluate/comparison.ts';
import type { Asking } from '../ears/server.ts';
import { Scroll } from '../parts/scroll.tsx';
import { useAnswer } from './asked.ts';
import { percent1, range } from './words.ts';

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
  const nameOf = (letter: string) => systems.find(({ name }) => name === letter)!.runs[0]!.run;
  return (
    <section class="panel" aria-label="Comparison">
      <h2>Beside each other</h2>
      <Scroll label="Systems">
        <table class="figures">
          <Head first="%" />
          <tbody>
            {systems.map(({ name, ua, wa }) => (
              <tr key={name}>
                <th scope="row">{nameOf(name)}</th>
                <td class="number">{percent1(ua.mean)}</td>
                <td>{range(ua.jackknife)}</td>
                <td class="number">{percent1(wa.mean)}</td>
                <td>{range(wa.jackknife)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <h3>Differences, in points</h3>
      <Scroll label="Differences">
        <table class="figures">
          <Head first="second less first" />
          <tbody>
            {pairs.map(({ first, second, ua, wa }) => (
              <tr key={first + second}>
                <th scope="row">
                  {nameOf(second)} less {nameOf(first)}
                </th>
                <td class="number">{signed(ua)}</td>
                <td>{range(ua.jackknife)}</td>
                <td class="number">{signed(wa)}</td>
                <td>{range(wa.jackknife)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="quiet">
        The same {utterances} utterances of {speakers} speakers, who are left out of both together. All of this is
        descriptive: `attune compare --primary` tests what you named before you looked.
      </p>
      <ul class="quiet">
        {notes.map((note) => (
          <li key={note}>{note}</li>
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
      <th class="number">UA</th>
      <th>95 %, jackknife-t</th>
      <th class="number">WA</th>
      <th>95 %, jackknife-t</th>
    </tr>
  </thead>
);
