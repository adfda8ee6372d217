import type { Asking, ServerState } from '../ears/server.ts';
import { Token } from './token.tsx';

interface Props {
  readonly state: Exclude<ServerState, object>;
  readonly server: Asking;
  readonly onToken: (token: string) => void;
  readonly onAsk: () => void;
}

/** In place of what a server would show that cannot be asked. */
export function ServerMissing({ state, server, onToken, onAsk }: Props) {
  if (state === 'locked') return <Token onToken={onToken} isWrong={server.token !== ''} />;
  if (state === 'asking') return <p class="quiet">looking for the server …</p>;
  return (
    <section class="panel">
      <p class="problem" role="alert">
        {state === 'away'
          ? 'The server cannot be reached: is it still running?'
          : 'There is no server behind this page: recordings are recognised in it.'}
      </p>
      <div class="controls">
        {state === 'away' && (
          <button type="button" onClick={onAsk}>
            Try again
          </button>
        )}
        <a href="#recognise">Recognise recordings</a>
      </div>
    </section>
  );
}
