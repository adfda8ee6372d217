import { useRef } from 'preact/hooks';

/** What the page must not be used for, a click away. */
export function Limits() {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="link" onClick={() => dialog.current!.showModal()}>
        What it is not for
      </button>
      <dialog ref={dialog} aria-labelledby="limits">
        <h2 id="limits">What it is not for</h2>
        <p>
          The network learned from ten German actors. It says how a recording resembles what they performed, not what
          anybody feels. On voices that it never heard it is wrong about as often as it is right.
        </p>
        <p>
          Decide nothing about a person by it. Inferring emotions at work or in education is forbidden in the European
          Union (Article 5(1)(f) of the AI Act).
        </p>
        <p>
          What is heard in this page does not leave it. What is heard by the server goes there, once you ask for that.
          Nothing is kept when you close the page.
        </p>
        <button type="button" onClick={() => dialog.current!.close()}>
          Close
        </button>
      </dialog>
    </>
  );
}
