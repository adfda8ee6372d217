import { useEffect, useRef } from 'preact/hooks';

interface Props {
  /** recordings that are in the page */
  readonly count: number;
  readonly onSend: () => void;
  readonly onClear: () => void;
  readonly onStay: () => void;
}

/** Asks before recordings leave the page that were given while all of it stayed there. */
export function AskToSend({ count, onSend, onClear, onStay }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current!.showModal(), []);
  const what = count === 1 ? 'the recording' : `the ${count} recordings`;
  return (
    <dialog ref={dialog} role="alertdialog" aria-labelledby="ask" aria-describedby="ask-why" onCancel={onStay}>
      <h2 id="ask">
        Send {what} to {location.host}?
      </h2>
      <p id="ask-why">
        {count === 1 ? 'It was' : 'They were'} given to this page. The server would get {count === 1 ? 'it' : 'them'},
        and keeps nothing.
      </p>
      <div class="controls">
        <button type="button" onClick={onSend}>
          Send {what}
        </button>
        <button type="button" onClick={onClear}>
          Clear {what}, and switch
        </button>
        <button type="button" class="main" onClick={onStay}>
          Stay in this page
        </button>
      </div>
    </dialog>
  );
}
