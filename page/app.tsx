import { useEffect, useState } from 'preact/hooks';
import type { About } from './ears/server.ts';
import { Asking, TokenWanted } from './ears/server.ts';
import { Limits } from './parts/limits.tsx';
import { Token } from './parts/token.tsx';
import { Recognise } from './views/recognise.tsx';
import { RunsLoader } from './views/runs-loader.tsx';

/** The part of the address behind `#`. */
function useHash(): string {
  const [hash, setHash] = useState(location.hash.slice(1));
  useEffect(() => {
    const heard = () => setHash(location.hash.slice(1));
    addEventListener('hashchange', heard);
    return () => removeEventListener('hashchange', heard);
  }, []);
  return hash;
}

/** The page: recordings, and the runs of a server that shows them. */
export function App() {
  const [server, setServer] = useState(new Asking());
  const [about, setAbout] = useState<About | 'locked'>();
  const [isListening, setListening] = useState(false);
  const hash = useHash();
  useEffect(() => {
    server.about().then(setAbout, (error) => setAbout(error instanceof TokenWanted ? 'locked' : undefined));
  }, [server]);
  const showsRuns = /^runs(\/|$)/.test(hash);
  const link = (to: string, words: string, isHere: boolean) => (
    <a href={to} aria-current={isHere ? 'page' : undefined}>
      {words}
    </a>
  );
  return (
    <>
      <header>
        <h1>Attune</h1>
        {(about === 'locked' || about?.runs || about?.jobs) && (
          <nav aria-label="Parts of the page">
            {link('#', 'Recognise', !showsRuns)}
            {link('#runs', 'Runs', showsRuns)}
          </nav>
        )}
        {showsRuns && isListening && (
          <a href="#recognise" class="open">
            <span class="lamp on" /> the microphone is open
          </a>
        )}
        <Limits />
      </header>
      {showsRuns && (
        <main>
          {about === 'locked' ? (
            <Token onToken={(token) => setServer(new Asking(token))} isWrong={server.token !== ''} />
          ) : about ? (
            <RunsLoader path={hash} {...{ server, about }} />
          ) : (
            <p class="quiet">looking for the server …</p>
          )}
        </main>
      )}
      <div class="view" hidden={showsRuns}>
        <Recognise
          {...{ server, about }}
          onToken={(token) => setServer(new Asking(token))}
          onListening={setListening}
        />
      </div>
    </>
  );
}
