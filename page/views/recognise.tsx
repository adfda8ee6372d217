import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { WeightsName } from '../../src/recognize/default-weights.ts';
import { WEIGHTS } from '../../src/recognize/default-weights.ts';
import { visible } from '../../src/text.ts';
import { Token } from '../app.tsx';
import { isolated } from '../ears/device.ts';
import type { Ear } from '../ears/ear.ts';
import { bytesHere, earHere } from '../ears/here.ts';
import { type About, type Asking, earOfServer } from '../ears/server.ts';
import type { Told } from '../ears/told.ts';
import type { Item } from '../item.ts';
import { AnswerView } from '../parts/answer.tsx';
import { Live } from '../parts/live.tsx';
import { Table } from '../parts/table.tsx';

interface Props {
  readonly server: Asking;
  /** absent: there is none, or it is not known yet; `locked`: it wants a token */
  readonly about: About | 'locked' | undefined;
  readonly onToken: (token: string) => void;
}

let last = 0;

/** Recordings: what is shown follows from those that were given, the one that was chosen, and which network hears them. */
export function Recognise({ server, about, onToken }: Props) {
  const [items, setItems] = useState<readonly Item[]>([]);
  const [chosen, choose] = useState<number>();
  const [live, setLive] = useState(false);
  const [place, setPlace] = useState<'here' | 'server'>('here');
  const [weights, setWeights] = useState<WeightsName>('encoder');
  const [own, setOwn] = useState<'none' | 'answers' | 'mixed'>('none');
  const [normalized, setNormalized] = useState<ReadonlyMap<number, Told>>(new Map());
  const [over, setOver] = useState(false);
  const [first, setFirst] = useState<{ readonly seconds: number; readonly bytes: number }>();
  const queue = useRef<Promise<void>>(Promise.resolve());
  const input = useRef<HTMLInputElement>(null);
  const ear = useMemo(() => (place === 'here' ? earHere(weights) : earOfServer(server)), [place, weights, server]);

  const change = (id: number, told: Partial<Item>) =>
    setItems((before) => before.map((item) => (item.id === id ? { ...item, ...told } : item)));

  const hear = (item: Item, by: Ear) => {
    const given = performance.now();
    queue.current = queue.current.then(async () => {
      change(item.id, { state: 'working' });
      try {
        change(item.id, { state: 'done', told: await by.recognize(item.id, item.sound, item.name) });
        if (by.normalizes && !first) setFirst(await firstAnswer(given));
      } catch (error) {
        change(item.id, { state: 'failed', error: visible((error as Error).message) });
      }
    });
  };
  const add = (files: Iterable<File>) => {
    const added = [...files].map((file): Item => ({ id: ++last, name: file.name, sound: file, state: 'waiting' }));
    if (!added.length) return;
    setLive(false);
    setItems((before) => [...before, ...added]);
    choose(added[0]!.id);
    for (const item of added) hear(item, ear);
  };
  const prepare = () => void ear.prepare().catch(() => {}); // whoever asks is told
  const clear = () => {
    for (const { id } of items) ear.forget(id).catch(() => {});
    setItems([]);
    choose(undefined);
    setOwn('none');
  };
  const changeEar = (by: Ear) => {
    setOwn('none');
    setItems((before) => before.map(({ told: _, error: __, ...item }) => ({ ...item, state: 'waiting' })));
    for (const item of items) hear(item, by);
  };
  const isUnlocked = about !== undefined && about !== 'locked';
  const changePlace = (to: 'here' | 'server') => {
    setPlace(to);
    setLive(false);
    if (to === 'here' || isUnlocked) changeEar(to === 'here' ? earHere(weights) : earOfServer(server));
  };
  const waitsForToken = place === 'server' && !isUnlocked;
  useEffect(() => {
    if (place === 'server' && isUnlocked) changeEar(earOfServer(server));
  }, [isUnlocked]);

  useDropped(add, setOver);

  const done = items.filter((item) => item.told);
  useEffect(() => {
    const spoken = done.filter(({ told }) => told!.speech.length);
    if (own === 'none' || !spoken.length) return setNormalized(new Map());
    let current = true;
    ear
      .normalize(
        spoken.map(({ told }) => told!),
        own === 'mixed',
      )
      .then((answers) => {
        if (current) setNormalized(new Map(answers.map((told, i) => [spoken[i]!.id, told])));
      });
    return () => {
      current = false;
    };
  }, [own, done.length, ear]);

  const shown = items.map((item) => {
    const told = normalized.get(item.id);
    return told ? { ...item, told } : item;
  });
  const selected = shown.find(({ id }) => id === chosen) ?? shown[0];
  const working = items.filter(({ state }) => state === 'working' || state === 'waiting').length;

  return (
    <>
      <main class={over ? 'over' : ''}>
        <p class="lead">
          {place === 'here'
            ? 'Emotion in speech. The sound stays in this page.'
            : `Emotion in speech. The sound goes to ${location.host}, which keeps nothing.`}
        </p>
        <section class="give" aria-label="Recordings">
          <button
            type="button"
            class="main"
            onClick={() => {
              prepare();
              input.current!.click();
            }}
          >
            Choose recordings
          </button>
          <button
            type="button"
            aria-pressed={live}
            onClick={() => {
              prepare();
              setLive(!live);
            }}
          >
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
          {about && (
            <label>
              heard{' '}
              <select
                name="place"
                value={place}
                onChange={({ currentTarget }) => changePlace(currentTarget.value as 'here' | 'server')}
              >
                <option value="here">in this page</option>
                <option value="server">by the server</option>
              </select>
            </label>
          )}
          {place === 'here' && (
            <label>
              by{' '}
              <select
                name="weights"
                value={weights}
                onChange={({ currentTarget }) => {
                  const by = currentTarget.value as WeightsName;
                  setWeights(by);
                  changeEar(earHere(by));
                }}
              >
                {WEIGHTS.map((name) => (
                  <option key={name} value={name}>
                    {name === 'encoder' ? 'the default network' : "the paper's network"}
                  </option>
                ))}
              </select>
            </label>
          )}
        </section>
        {waitsForToken ? (
          about === 'locked' ? (
            <Token onToken={onToken} isWrong={server.token !== ''} />
          ) : (
            <p class="quiet">the server gets ready …</p>
          )
        ) : live ? (
          <Live ear={ear} isHere={place === 'here'} onRecorded={(file) => add([file])} />
        ) : items.length === 0 ? (
          <Empty onExample={(file) => add([file])} />
        ) : (
          <>
            {items.length > 1 && (
              <Table
                {...{ items: shown, chosen: selected?.id, choose, own, setOwn, normalizes: ear.normalizes }}
                isChanged={(id) => normalized.has(id)}
              />
            )}
            {selected && <AnswerView key={`${selected.id} ${place} ${weights}`} item={selected} ear={ear} />}
          </>
        )}
        <p class="status" role="status">
          {working ? `${working} of ${items.length} to go` : ''}
        </p>
      </main>
      <footer>
        <span>
          {place === 'server'
            ? `the server at ${location.host}`
            : `this browser, ${isolated ? 'several threads' : 'one thread'}`}
        </span>
        {selected?.told && (
          <span>
            {' · '}
            {(selected.told.ms / selected.told.recognition.segments.length).toFixed(0)} ms a segment
          </span>
        )}
        {place === 'here' && first && (
          <span>{` · first answer after ${first.seconds.toFixed(1)} s, ${(first.bytes / 1e6).toFixed(1)} MB`}</span>
        )}
      </footer>
    </>
  );
}

/** How long the first answer took since the recording was given, and what had to be loaded for it by then, bytes. */
async function firstAnswer(given: number) {
  const seconds = (performance.now() - given) / 1000;
  const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const bytes = loaded.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, page?.encodedBodySize ?? 0);
  return { seconds, bytes: bytes + (await bytesHere()) };
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
