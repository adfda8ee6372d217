import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { WeightsName } from '../../src/recognize/default-weights.ts';
import type { Ear } from '../ears/ear.ts';
import { earHere } from '../ears/here.ts';
import { type Asking, earOfServer, type ServerState } from '../ears/server.ts';
import type { Own } from '../item.ts';
import { AnswerView } from '../parts/answer.tsx';
import { Empty } from '../parts/empty.tsx';
import { Foot } from '../parts/foot.tsx';
import { Live } from '../parts/live.tsx';
import { ServerMissing } from '../parts/server-missing.tsx';
import { Table } from '../parts/table.tsx';
import { WhoHears } from '../parts/who-hears.tsx';
import { AskToSend } from './ask-to-send.tsx';
import { useDropped } from './dropped.ts';
import { useNormalized } from './normalized.ts';
import { useRecordings } from './recordings.ts';

interface Props {
  readonly server: Asking;
  readonly state: ServerState;
  readonly onToken: (token: string) => void;
  /** asks the server again how it is */
  readonly onAsk: () => void;
  /** told when a microphone is opened, or closed */
  readonly onListening: (isOpen: boolean) => void;
  /** whether this part of the page is seen: what is dropped elsewhere is not heard */
  readonly isShown: boolean;
}

/** Recordings: what is shown follows from those that were given, the one that was chosen, and which network hears them. */
export function Recognise({ server, state, onToken, onAsk, onListening, isShown }: Props) {
  const recordings = useRecordings();
  const { items, first, failed } = recordings;
  const [chosen, choose] = useState<number>();
  const [live, setLive] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [asksToSend, setAsksToSend] = useState(false);
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
    setAsksToSend(false);
  };
  const changeEar = (by: Ear) => {
    setOwn('none');
    recordings.changeEar(by);
  };
  const isServed = typeof state === 'object';
  const switchTo = (to: 'here' | 'server') => {
    setAsksToSend(false);
    recordings.drop();
    setPlace(to);
    if (to === 'here' || isServed) changeEar(to === 'here' ? earHere(weights) : earOfServer(server));
  };
  const kept = items.filter(({ sound }) => sound.size > 0).length;
  const changePlace = (to: 'here' | 'server') => (to === 'server' && kept ? setAsksToSend(true) : switchTo(to));
  const again = failed > 0 && {
    words: failed > 1 ? `Try all ${failed} again` : 'Try again',
    act: () => recordings.tryAgain(ear),
  };
  useEffect(() => {
    if (place === 'server' && isServed) changeEar(earOfServer(server));
  }, [isServed, server]);

  const isMissing = place === 'server' && !isServed;
  useEffect(() => {
    if (isMissing) setLive(false);
  }, [isMissing]);
  const takes = isShown && !live && !asksToSend;
  useDropped(
    (files, folders) => takes && add(files, folders),
    (isOver) => setOver(isOver && takes),
  );
  const opened = live && isOpen;
  useEffect(() => onListening(opened), [opened]);

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
            {opened ? 'Close the microphone' : live ? 'Rather not' : 'Speak'}
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
            {...{ place, weights, isBusy: live }}
            isServed={isServed || state === 'locked' || place === 'server'}
            onPlace={changePlace}
            onWeights={(by) => {
              setWeights(by);
              changeEar(earHere(by));
            }}
          />
        </section>
        {asksToSend && (
          <AskToSend
            count={kept}
            onSend={() => switchTo('server')}
            onClear={() => {
              clear();
              switchTo('server');
            }}
            onStay={() => setAsksToSend(false)}
          />
        )}
        {isMissing ? (
          <ServerMissing {...{ state, server, onToken, onAsk }} />
        ) : live ? (
          <Live ear={ear} isHere={place === 'here'} onRecorded={(file) => add([file])} onOpen={setOpen} />
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
      <Foot place={place} told={selected?.told} first={first} />
    </>
  );
}
