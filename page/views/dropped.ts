import { useEffect, useRef } from 'preact/hooks';

/** Files that are dropped anywhere on the page. */
export function useDropped(
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
