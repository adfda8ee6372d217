import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { WeightsName } from '../../src/recognize/default-weights.ts';
import { isolated } from '../ears/device.ts';
import type { Ear } from '../ears/ear.ts';
import { earHere } from '../ears/here.ts';
import { type About, type Asking, earOfServer } from '../ears/server.ts';
import type { Own } from '../item.ts';
import { AnswerView } from '../parts/answer.tsx';
import { Empty } from '../parts/empty.tsx';
import { Live } from '../parts/live.tsx';
import { Table } from '../parts/table.tsx';
import { Token } from '../parts/token.tsx';
import { WhoHears } from '../parts/who-hears.tsx';
import { useDropped } from './dropped.ts';
import { useNormalized } from './normalized.ts';
import { useRecordings } from './recordings.ts';

interface Props {
  readonly server: Asking;
  /** absent: there is none, or it is not known yet; `locked`: it wants a token */
  readonly about: About | 'locked' | undefined;
  readonly onToken: (token: string) => void;
  /** told when a microphone is opened, or closed */
  readonly onListening: (isOpen: boolean) => void;
}

/** Recordings: what is shown follows from those that were given, the one that was chosen, and which network hears them. */
export function Recognise({ server, about, onToken, onListening }: Props) {
  const recordings = useRecordings();
  const { items, first, failed } = recordings;
  const [chosen, choose] = useState<number>();
  const [live, setLive] = useState(false);
  const [place, setPlace] = useState<'here' | 'server'>('here');
  const [weights, setWeights] = useState<WeightsName>('encoder');
  const [own, setOwn] = useState<Own>('none');
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const ear = useMemo(() => (place === 'here' ? earHere(weights) : earOfServer(server)), [place, weights, server]);

  const add = (files: Iterable<File>, folders: readonly string[] = []) => {
    const id = recordings.add(files, folders, ear);
    if (id === undefined) return;
    setLive(false);
    choose(id);
  };
  const prepare = () => void ear.prepare().catch(() => {}); // whoever asks is told
  const clear = () => {
    recordings.clear([earHere(weights), earOfServer(server)]);
    choose(undefined);
    setOwn('none');
  };
  const changeEar = (by: Ear) => {
    setOwn('none');
    recordings.changeEar(by);
  };
  const isUnlocked = about !== undefined && about !== 'locked';
  const changePlace = (to: 'here' | 'server') => {
    recordings.drop();
    setPlace(to);
    if (to === 'here' || isUnlocked) changeEar(to === 'here' ? earHere(weights) : earOfServer(server));
  };
  const again = failed > 0 && {
    words: failed > 1 ? `Try all ${failed} again` : 'Try again',
    act: () => recordings.tryAgain(ear),
  };
  const waitsForToken = place === 'server' && !isUnlocked;
  useEffect(() => {
    if (place === 'server' && isUnlocked) changeEar(earOfServer(server));
  }, [isUnlocked]);

  useDropped((files, folders) => live || add(files, folders), setOver);
  useEffect(() => onListening(live), [live]);

  const { shown, isChanged } = useNormalized(items, ear, own, () => setOwn('none'));
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
          <WhoHears
            {...{ place, weights, isServed: about !== undefined, isBusy: live }}
            onPlace={changePlace}
            onWeights={(by) => {
              setWeights(by);
              changeEar(earHere(by));
            }}
          />
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
                isChanged={isChanged}
              />
            )}
            {selected && (
              <AnswerView
                key={`${selected.id} ${place} ${weights}`}
                item={selected}
                ear={ear}
                again={again || undefined}
              />
            )}
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
