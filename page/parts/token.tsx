import { useState } from 'preact/hooks';

interface Props {
  readonly onToken: (token: string) => void;
  /** one was given, and is not it */
  readonly isWrong: boolean;
}

/** Asks for the server's token; it is kept while the page is open. */
export function Token({ onToken, isWrong }: Props) {
  const [token, setToken] = useState('');
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault();
        if (token) onToken(token);
      }}
    >
      <label>
        This server wants its token{' '}
        <input
          type="password"
          autocomplete="off"
          value={token}
          onInput={({ currentTarget }) => setToken(currentTarget.value)}
        />
      </label>
      <button type="submit" class="main">
        Go on
      </button>
      {isWrong && (
        <p class="problem" role="alert">
          That is not its token. It was given to whoever started the server, as --token or ATTUNE_TOKEN.
        </p>
      )}
    </form>
  );
}
