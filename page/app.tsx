import { useEffect, useRef, useState } from 'preact/hooks';
import type { WeightsName } from '../src/recognize/default-weights.ts';
import { WEIGHTS } from '../src/recognize/default-weights.ts';
import { decodeByBrowser, isOfBrowser } from './browser-sound.ts';
import { hearer } from './client.ts';
import { isolated } from './device.ts';
import { AnswerView } from './parts/answer.tsx';
import { Limits } from './parts/limits.tsx';
import { Live } from './parts/live.tsx';
import { Table } from './parts/table.tsx';
import type { Item, Told } from './told.ts';

let last = 0;

/** The page: what it shows follows from the recordings that were given, and the one that was chosen. */
export function App() {
  const [items, setItems] = useState<readonly Item[]>([]);
  const [chosen, choose] = useState<number>();
  const [live, setLive] = useState(false);
  const [weights, setWeights] = useState<WeightsName>('encoder');
  const [own, setOwn] = useState<'none' | 'answers' | 'mixed'>('none');
  const [normalized, setNormalized] = useState<ReadonlyMap<number, Told>>(new Map());
  const [over, setOver] = useState(false);
  const queue = useRef<Promise<void>>(Promise.resolve());
  const input = useRef<HTMLInputElement>(null);

  const change = (id: number, told: Partial<Item>) =>
    setItems((before) => before.map((item) => (item.id === id ? { ...item, ...told } : item)));

  const hear = (item: Item, by: WeightsName) => {
    queue.current = queue.current.then(async () => {
      change(item.id, { state: 'working' });
      try {
        const sound = isOfBrowser(item.name) ? await decodeByBrowser(item.sound) : item.sound;
        change(item.id, { state: 'done', told: await hearer.recognize(item.id, sound, item.name, by) });
      } catch (error) {
        change(item.id, { state: 'failed', error: (error as Error).message });
      }
    });
  };
  const add = (files: Iterable<File>) => {
    const added = [...files].map((file): Item => ({ id: ++last, name: file.name, sound: file, state: 'waiting' }));
    if (!added.length) return;
    setLive(false);
    setItems((before) => [...before, ...added]);
    choose(added[0]!.id);
    for (const item of added) hear(item, weights);
  };
  const clear = () => {
    for (const { id } of items) hearer.forget(id).catch(() => {});
    setItems([]);
    choose(undefined);
    setOwn('none');
  };
  const changeWeights = (by: WeightsName) => {
    setWeights(by);
    setOwn('none');
    for (const item of items) hear(item, by);
  };

  useDropped(add, setOver);

  const done = items.filter((item) => item.told);
  useEffect(() => {
    if (own === 'none') return setNormalized(new Map());
    let current = true;
    const spoken = done.filter(({ told }) => told!.speech.length);
    if (!spoken.length) return setNormalized(new Map());
    hearer
      .normalize(
        spoken.map(({ told }) => told!),
        weights,
        own === 'mixed',
      )
      .then((answers) => {
        if (current) setNormalized(new Map(answers.map((told, i) => [spoken[i]!.id, told])));
      });
    return () => {
      current = false;
    };
  }, [own, done.length, weights]);

  const shown = items.map((item) => {
    const told = normalized.get(item.id);
    return told ? { ...item, told } : item;
  });
  const selected = shown.find(({ id }) => id === chosen) ?? shown[0];
  const working = items.filter(({ state }) => state === 'working' || state === 'waiting').length;

  return (
    <div class={over ? 'over' : ''}>
      <header>
        <h1>Attune</h1>
        <p class="lead">Emotion in speech. The sound stays in this page.</p>
        <Limits />
      </header>
      <main>
        <section class="give" aria-label="Recordings">
          <button type="button" class="main" onClick={() => input.current!.click()}>
            Choose recordings
          </button>
          <button type="button" aria-pressed={live} onClick={() => setLive(!live)}>
            {live ? 'Close the microphone' : 'Speak'}
          </button>
          {items.length > 0 && (
            <button type="button" onClick={clear}>
              Clear
            </button>
          )}
          <input
            ref={input}
            type="file"
            multiple
            hidden
            aria-label="Recordings"
            accept="audio/*,video/mp4,video/webm,.wav,.flac,.mp3,.m4a,.aac,.ogg,.opus,.webm,.mka,.aiff"
            onChange={({ currentTarget }) => {
              add(currentTarget.files ?? []);
              currentTarget.value = '';
            }}
          />
          <label>
            by{' '}
            <select value={weights} onChange={({ currentTarget }) => changeWeights(currentTarget.value as WeightsName)}>
              {WEIGHTS.map((name) => (
                <option key={name} value={name}>
                  {name === 'encoder' ? 'the default network' : "the paper's network"}
                </option>
              ))}
            </select>
          </label>
        </section>
        {live ? (
          <Live weights={weights} onRecorded={(file) => add([file])} />
        ) : items.length === 0 ? (
          <Empty onExample={(file) => add([file])} />
        ) : (
          <>
            {items.length > 1 && (
              <Table
                {...{ items: shown, chosen: selected?.id, choose, own, setOwn }}
                isChanged={(id) => normalized.has(id)}
              />
            )}
            {selected && <AnswerView key={selected.id} item={selected} weights={weights} />}
          </>
        )}
        <p class="status" role="status">
          {working ? `${working} of ${items.length} to go` : ''}
        </p>
      </main>
      <footer>
        <span>{isolated ? 'this browser, several threads' : 'this browser, one thread'}</span>
        {selected?.told && (
          <span>
            {' · '}
            {(selected.told.ms / selected.told.recognition.segments.length).toFixed(0)} ms a segment
          </span>
        )}
      </footer>
    </div>
  );
}

/** Files that are dropped anywhere on the page. */
function useDropped(add: (files: Iterable<File>) => void, setOver: (over: boolean) => void): void {
  const latest = useRef(add);
  latest.current = add;
  useEffect(() => {
    const controller = new AbortController();
    const on = <Name extends 'dragover' | 'dragleave' | 'drop'>(name: Name, act: (event: DragEvent) => void) =>
      document.addEventListener(name, act, { signal: controller.signal });
    on('dragover', (event) => {
      event.preventDefault();
      setOver(true);
    });
    on('dragleave', ({ relatedTarget }) => {
      if (!relatedTarget) setOver(false);
    });
    on('drop', (event) => {
      event.preventDefault();
      setOver(false);
      latest.current(event.dataTransfer?.files ?? []);
    });
    return () => controller.abort();
  }, []);
}

function Empty({ onExample }: { readonly onExample: (file: File) => void }) {
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
