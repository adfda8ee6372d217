import { useEffect, useReducer, useState } from 'preact/hooks';
import { Asking, type ServerState } from './ears/server.ts';
import { Limits } from './parts/limits.tsx';
import { ServerMissing } from './parts/server-missing.tsx';
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
  const [server, setServer] = useState(() => new Asking());
  const [state, setState] = useState<ServerState>('asking');
  const [asked, ask] = useReducer<number, void>((count) => count + 1, 0);
  const [isListening, setListening] = useState(false);
  const isRenewed = useRenewed();
  const hash = useHash();
  useEffect(() => {
    let current = true;
    server.onLocked = () => current && setState('locked');
    server.state().then((found) => current && setState(found));
    return () => {
      current = false;
    };
  }, [server, asked]);
  const onToken = (token: string) => setServer(new Asking(token));
  const onAsk = () => ask();
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
        {(state === 'locked' || (typeof state === 'object' && (state.runs || state.jobs))) && (
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
      {isRenewed && (
        <p class="renewed" role="status">
          There is a new version of this page.{' '}
          <button type="button" class="link" onClick={() => location.reload()}>
            Reload it
          </button>
        </p>
      )}
      {showsRuns && (
        <main>
          {typeof state === 'object' ? (
            <RunsLoader path={hash} {...{ server }} about={state} />
          ) : (
            <ServerMissing {...{ state, server, onToken, onAsk }} />
          )}
        </main>
      )}
      <div class="view" hidden={showsRuns}>
        <Recognise {...{ server, state, onToken, onAsk }} onListening={setListening} isShown={!showsRuns} />
      </div>
    </>
  );
}

/** Whether another version of the page was kept while this one was open: what this one has not loaded yet may be gone. */
function useRenewed(): boolean {
  const [isRenewed, setRenewed] = useState(false);
  useEffect(() => {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (!workers?.controller) return; // the first that is kept is this one
    const controller = new AbortController();
    workers.addEventListener('controllerchange', () => setRenewed(true), { signal: controller.signal });
    return () => controller.abort();
  }, []);
  return isRenewed;
}
