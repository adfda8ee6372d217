import { useState } from 'preact/hooks';

/** Before anything was given. */
export function Empty({ onExample }: { readonly onExample: (file: File) => void }) {
  const [failed, setFailed] = useState<string>();
  const open = async (name: string) => {
    try {
      const answer = await fetch(`./examples/${name}`);
      if (!answer.ok) throw new Error(`the example cannot be fetched (${answer.status})`);
      onExample(new File([await answer.blob()], name, { type: 'audio/wav' }));
    } catch (error) {
      setFailed((error as Error).message);
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
