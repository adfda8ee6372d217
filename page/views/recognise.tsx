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
  /** told when a microphone is opened, or closed */
  readonly onListening: (isOpen: boolean) => void;
}

let last = 0;

/** Recordings: what is shown follows from those that were given, the one that was chosen, and which network hears them. */
export function Recognise({ server, about, onToken, onListening }: Props) {
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
  /** ends what is under way where the user wants something else */
  const wanted = useRef(new AbortController());
  const input = useRef<HTMLInputElement>(null);
  const ear = useMemo(() => (place === 'here' ? earHere(weights) : earOfServer(server)), [place, weights, server]);

  /** what there is now, which what was begun before it was drawn must know of */
  const all = useRef<readonly Item[]>([]);
  const update = (by: (before: readonly Item[]) => readonly Item[]) => {
    all.current = by(all.current);
    setItems(all.current);
  };
  const change = (id: number, told: Partial<Item>) =>
    update((before) => before.map((item) => (item.id === id ? { ...item, ...told } : item)));

  const hear = (item: Item, by: Ear) => {
    const given = performance.now();
    const { signal } = wanted.current;
    queue.current = queue.current.then(async () => {
      if (signal.aborted) return;
      change(item.id, { state: 'working' });
      try {
        const told = await by.recognize(item.id, item.sound, item.name, signal);
        change(item.id, { state: 'done', told });
        if (by.normalizes && !first) setFirst(await firstAnswer(given));
      } catch (error) {
        if (!signal.aborted) change(item.id, { state: 'failed', error: visible((error as Error).message) });
      }
    });
  };
  /** What waits is not heard any more, and what is under way is not told. */
  const drop = () => {
    wanted.current.abort();
    wanted.current = new AbortController();
    queue.current = Promise.resolve();
  };
  const add = (files: Iterable<File>, folders: readonly string[] = []) => {
    const added = [...files].map(
      (file): Item => ({ id: ++last, name: visible(file.name), sound: file, state: 'waiting' }),
    );
    const refused = folders.map((name): Item => {
      const error = 'this is a folder: open it, and choose the recordings in it';
      return { id: ++last, name: visible(name), sound: new Blob(), state: 'failed', error };
    });
    if (!added.length && !refused.length) return;
    setLive(false);
    update((before) => [...before, ...added, ...refused]);
    choose((added[0] ?? refused[0])!.id);
    for (const item of added) hear(item, ear);
  };
  const prepare = () => void ear.prepare().catch(() => {}); // whoever asks is told
  const clear = () => {
    drop();
    for (const { id } of all.current) ear.forget(id).catch(() => {});
    update(() => []);
    choose(undefined);
    setOwn('none');
  };
  const changeEar = (by: Ear) => {
    drop();
    setOwn('none');
    const isSound = ({ sound }: Item) => sound instanceof File;
    update((before) =>
      before.map((item) => {
        const { told: _, error: __, ...rest } = item;
        return isSound(item) ? { ...rest, state: 'waiting' } : item;
      }),
    );
    for (const item of all.current.filter(isSound)) hear(item, by);
  };
  const isUnlocked = about !== undefined && about !== 'locked';
  const changePlace = (to: 'here' | 'server') => {
    drop();
    setPlace(to);
    if (to === 'here' || isUnlocked) changeEar(to === 'here' ? earHere(weights) : earOfServer(server));
  };
  const waitsForToken = place === 'server' && !isUnlocked;
  useEffect(() => {
    if (place === 'server' && isUnlocked) changeEar(earOfServer(server));
  }, [isUnlocked]);

  useDropped((files, folders) => live || add(files, folders), setOver);
  useEffect(() => onListening(live), [live]);

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
      })
      .catch(() => current && setOwn('none')); // the network has changed meanwhile
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
            disabled={live}
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
                disabled={live}
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
                disabled={live}
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
function useDropped(
  add: (files: Iterable<File>, folders: readonly string[]) => void,
  setOver: (over: boolean) => void,
): void {
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
      const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry());
      const folders = entries.flatMap((entry) => (entry?.isDirectory ? [entry.name] : []));
      const files = [...(event.dataTransfer?.files ?? [])].filter((_, i) => !entries[i]?.isDirectory);
      latest.current(files, folders);
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
