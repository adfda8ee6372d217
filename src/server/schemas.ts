import * as v from 'valibot';
import { PANELS } from '../explain/panel-names.ts';
import { DEFAULT_TIMELINE } from '../recognize/timeline.ts';

// What the API takes and gives: requests are checked by these, and its description is made of them.

const seconds = v.number();
const share = v.number();
const shares = v.pipe(v.record(v.string(), share), v.description('one a class, in [0, 1]; they sum to 1'));
const stretch = { start: v.pipe(seconds, v.description('s')), end: v.pipe(seconds, v.description('s')) };

/** A pattern of the whole, as of valibot's `base64`, takes more stack than there is where the text is some megabytes long. */
const NOT_BASE64 = /[^A-Za-z0-9+/=]|=[^=]|=={2,}/;

const fromQuery = (least: number, most: number) =>
  v.pipe(v.string(), v.trim(), v.nonEmpty(), v.transform(Number), v.number(), v.minValue(least), v.maxValue(most));

/** `?smooth=1&abstain_below=0.5` */
export const TIMELINE_QUERY = v.object({
  smooth: v.optional(
    v.pipe(
      fromQuery(0, 3600),
      v.description('of the timeline: average over so many seconds, and show no shorter span'),
    ),
    String(DEFAULT_TIMELINE.smoothSeconds),
  ),
  abstain_below: v.optional(
    v.pipe(fromQuery(0, 1), v.description('answer `uncertain` where the greatest probability is below this')),
    String(DEFAULT_TIMELINE.abstainBelow),
  ),
});

const panels = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((name) => name.trim())),
  v.array(v.picklist(PANELS)),
);

export const EXPLAIN_QUERY = v.object({
  class: v.optional(v.pipe(v.string(), v.description('whose maps to show; default: the class of the recording'))),
  segment: v.optional(v.pipe(fromQuery(1, 1e6), v.integer(), v.description('counted from 1'))),
  at: v.optional(v.pipe(fromQuery(0, 1e9), v.description('in place of segment: the one whose middle is nearest, s'))),
  map: v.optional(v.pipe(panels, v.description('parts of the picture, parted by commas'))),
});

export const REPORT = v.object({
  file: v.pipe(v.string(), v.description('always `the recording`: what a client calls it is not kept')),
  startSeconds: seconds,
  durationSeconds: seconds,
  emotion: v.pipe(v.string(), v.description('a class, `uncertain` or `no speech`')),
  probabilities: shares,
  speech: v.array(v.object(stretch)),
  spans: v.pipe(
    v.array(v.object({ ...stretch, emotion: v.string(), probabilities: v.optional(shares) })),
    v.description('tile the recording'),
  ),
  segments: v.array(v.object({ ...stretch, probabilities: shares })),
  warnings: v.array(v.object({ code: v.string(), message: v.string() })),
});

export const LABELS = v.array(v.object({ label: v.string(), score: share }));

export const LABELS_REQUEST = v.object({
  inputs: v.pipe(
    v.string(),
    v.check((text) => text.length % 4 === 0 && !NOT_BASE64.test(text), 'expected base64'),
    v.description('a recording, in base64'),
  ),
  parameters: v.optional(
    v.object({
      top_k: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
      function_to_apply: v.optional(v.picklist(['softmax'])),
    }),
  ),
});

export const ABOUT = v.object({
  version: v.string(),
  weights: v.string(),
  classes: v.array(v.string()),
  limits: v.record(v.string(), v.number()),
  runs: v.pipe(v.boolean(), v.description('whether it shows runs')),
  jobs: v.pipe(v.boolean(), v.description('whether it shows a queue')),
});

const damages = v.pipe(
  v.array(v.string()),
  v.description('which of its files are damaged or missing, how, and what to do; empty: none'),
);
export const RUN_ROW = v.object({
  id: v.pipe(v.string(), v.description('its folder within the folder of runs')),
  state: v.picklist(['finished', 'unfinished', 'diverged']),
  diverged: v.optional(v.pipe(v.string(), v.description('which fold came to no end, and how'))),
  changed: v.pipe(v.string(), v.description('when something was last written there, ISO 8601')),
  folds: v.object({
    done: v.number(),
    inAll: v.optional(v.pipe(v.number(), v.description('absent: it tests on none, or its manifest does not say'))),
  }),
  wa: v.optional(share),
  ua: v.optional(share),
  damages,
});
export const STUDY = v.object({
  id: v.pipe(v.string(), v.description('its folder; empty: the folder of runs itself')),
  kind: v.picklist(['table1', 'figure2', 'gap']),
  changed: v.pipe(
    v.string(),
    v.description('the day on which its last run ended, or else when its file was written, ISO 8601'),
  ),
  damages,
});
export const STUDY_QUERY = v.object({
  in: v.optional(
    v.pipe(
      v.string(),
      v.description('its folder; empty: the folder of runs itself. Absent: wherever it is, if there is one alone'),
    ),
  ),
});
export const RUNS = v.object({ runs: v.array(RUN_ROW), studies: v.array(STUDY) });
const STANDING = v.object({
  folds: v.array(
    v.object({
      fold: v.string(),
      state: v.picklist(['waits', 'trains', 'failed', 'done']),
      epochs: v.pipe(v.number(), v.description('that have ended')),
      loss: v.optional(v.number()),
      accuracy: v.optional(share),
      ua: v.optional(share),
      failure: v.optional(v.pipe(v.string(), v.description('why it failed; the others go on'))),
    }),
  ),
  epochsInAll: v.number(),
  secondsLeft: v.optional(v.pipe(v.number(), v.description('as its epochs went; absent where nothing tells'))),
});
export const RUN = v.object({
  ...RUN_ROW.entries,
  config: v.optional(v.pipe(v.looseObject({}), v.description('config.json; absent where it is damaged'))),
  standing: STANDING,
  lines: v.pipe(v.number(), v.description('of its log so far, as `Last-Event-ID` counts them')),
  hasReport: v.boolean(),
  metrics: v.optional(
    v.pipe(v.looseObject({}), v.description('metrics.json; absent where it is not there or damaged')),
  ),
});
const difference = v.looseObject({ difference: v.pipe(v.number(), v.description('in [-1, 1]')) });
export const COMPARISON_QUERY = v.object({
  run: v.pipe(
    v.union([v.array(v.string()), v.string()]),
    v.transform((runs) => [runs].flat()),
    v.minLength(2, 'expected two runs or more: ?run=A&run=B'),
    v.maxLength(8, 'expected eight runs at most'),
    v.description('names of runs; given twice or more'),
  ),
});
export const COMPARISON = v.looseObject({
  systems: v.array(v.looseObject({ name: v.string() })),
  pairs: v.array(v.looseObject({ first: v.string(), second: v.string(), wa: difference, ua: difference })),
  notes: v.array(v.string()),
});

export const JOBS = v.looseObject({
  queue: v.string(),
  versions: v.array(v.looseObject({ version: v.string(), waiting: v.number(), active: v.number() })),
  workers: v.array(v.looseObject({ name: v.string() })),
});

/** First message over `/v1/stream`; again at any time before sound. */
export const SESSION = v.strictObject({
  type: v.literal('session.update'),
  session: v.strictObject({
    sample_rate: v.optional(v.pipe(v.number(), v.minValue(1000), v.maxValue(768_000))),
    smooth_seconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(3600))),
    abstain_below: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  }),
});
export const SESSION_MESSAGE = v.variant('type', [SESSION, v.strictObject({ type: v.literal('session.end') })]);
