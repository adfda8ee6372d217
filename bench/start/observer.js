// Loaded into the command and its folds by `node --import`, so in plain JavaScript: tells on stderr when what happened.

import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { PerformanceObserver, performance } from 'node:perf_hooks';

/** @param at ms since 1970 */
const tell = (name, at, about = {}) =>
  writeSync(2, `attune-start ${JSON.stringify({ name, at, process: process.pid, ...about })}\n`);
const now = () => performance.timeOrigin + performance.now();

new PerformanceObserver((list) => {
  for (const { name, startTime } of list.getEntries())
    if (name.startsWith('attune:')) tell(name.slice('attune:'.length), performance.timeOrigin + startTime);
}).observe({ type: 'mark', buffered: true });

// the command's side of a fold: its start, and a message after each training step
subscribe('child_process', ({ process: fold }) => {
  const at = now();
  fold.once('spawn', () => tell('fold-forked', at, { process: fold.pid }));
  fold.on('message', ({ message }) => {
    if (message?.segmentsSeen)
      tell('step-done', now(), { process: fold.pid, trained: message.segmentsSeen / message.segmentsInAll });
  });
});
