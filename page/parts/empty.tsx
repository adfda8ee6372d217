import { useEffect, useRef, useState } from 'preact/hooks';

/** Before anything was given. */
export function Empty({ onExample }: { readonly onExample: (file: File) => void }) {
  const [failed, setFailed] = useState<string>();
  const latest = useRef(onExample);
  latest.current = onExample; // who hears may have changed when it comes
  const gone = useRef(new AbortController());
  useEffect(() => () => gone.current.abort(), []);
  const open = async (name: string) => {
    const { signal } = gone.current;
    try {
      const answer = await fetch(`./examples/${name}`, { signal });
      if (!answer.ok) throw new Error(`the example cannot be fetched (${answer.status})`);
      latest.current(new File([await answer.blob()], name, { type: 'audio/wav' }));
    } catch (error) {
      if (!signal.aborted) setFailed((error as Error).message);
    }
  };
  return (
    <section class="empty">
      <p class="drop">Drop recordings here: WAV, MP3, FLAC, M4A, Ogg, WebM.</p>
      <p>
        or hear an example of a synthetic voice:{' '}
        {['happy', 'angry', 'sad'].map((name) => (
          <button key={name} type="button" class="link" onClick={() => open(`${name}.wav`)}>
            {name}
          </button>
        ))}
      </p>
      {failed && <p class="problem">{failed}</p>}
    </section>
  );
}
