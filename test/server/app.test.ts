import { readdirSync, readFileSync } from 'node:fs';
import { cp, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readAudioFile } from '../../src/audio/file.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import type { Comparison } from '../../src/evaluate/comparison.ts';
import { loadRecognizer } from '../../src/recognize/default-weights.ts';
import type { RecordingReport } from '../../src/recognize/report.ts';
import { learningCurves } from '../../src/report/learning-curves.ts';
import { accuracyPlot, confusionPlot, lossPlot } from '../../src/report/plots.ts';
import { speakerBars } from '../../src/report/speakers.ts';
import { speakersPlot } from '../../src/report/speakers-plot.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import { readLog } from '../../src/run/run-folder.ts';
import type { Standing } from '../../src/run/standing.ts';
import type { Inference } from '../../src/server/inference.ts';
import { s16, wav } from '../audio/files.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { appOf, ask, createInference, settingsOf, temporary } from './serving.ts';

interface RunAnswer {
  readonly state: string;
  readonly standing: Standing;
}

const TONE = wav(s16(...Array.from({ length: 16_000 }, (_, i) => Math.round(8000 * Math.sin(i / 9)))));
const post = (app: Hono, path: string, body: BodyInit, headers: Record<string, string> = {}) =>
  ask(app, path, { method: 'POST', body, headers: { 'content-type': 'audio/wav', ...headers } });
const FORM = 'multipart/form-data; boundary=x';
const FIELD = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n';
const FILE = FIELD.replace('"a"', '"a"; filename="b"');
const form = (count: number, part: string) => `${part.repeat(count)}--x--\r\n`;
const ready = (app: Hono) => vi.waitFor(async () => expect((await ask(app, '/readyz')).status).toBe(200), 20_000);
const problemOf = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return { status: response.status, ...error };
};

describe('the API', async () => {
  let inference: Inference;
  let app: Hono;
  const runs = await temporary();

  beforeAll(async () => {
    inference = createInference(settingsOf());
    await cp('results/gap/baseline', join(runs, 'gap/baseline'), { recursive: true });
    await symlink(resolve('results/emodb-attention'), join(runs, 'elsewhere'));
    app = appOf(inference, { runs });
    await ready(app);
  });
  afterAll(() => inference.close());

  it('tells of itself, and is ready once the network is', async () => {
    expect(await (await ask(app, '/healthz')).json()).toEqual({ status: 'ok' });
    expect(await (await ask(app, '/readyz')).json()).toEqual({ status: 'ready' });
    expect(await (await ask(app, '/v1')).json()).toMatchObject({
      ...{ weights: 'default', classes: ['neutral', 'happy', 'angry', 'sad'] },
    });
    expect(await (await ask(app, '/metrics')).text()).toMatch(/^attune_waiting 0$/m);
    expect((await ask(app, '/')).status).toBeOneOf([200, 302]); // the page, or the reference where it is not built
    expect(await problemOf(await ask(app, '/nothing'))).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('answers a body, a form, and what curl sends, alike', async () => {
    const form = new FormData();
    form.append('file', new Blob([TONE]), '../../secret name.wav');
    const answers = [
      await post(app, '/v1/recognize', TONE),
      await post(app, '/v1/recognize', TONE, { 'content-type': 'application/x-www-form-urlencoded' }),
      await ask(app, '/v1/recognize', { method: 'POST', body: form }),
    ];
    const [first, ...others] = await Promise.all(answers.map((answer) => answer.json()));
    expect(first).toMatchObject({ file: 'the recording', durationSeconds: 1, segments: [{ start: 0, end: 1 }] });
    for (const other of others) expect(other).toEqual(first);
    const uncertain = await post(app, '/v1/recognize?abstain_below=1&smooth=0', TONE);
    expect(((await uncertain.json()) as RecordingReport).emotion).toMatch(/uncertain|no speech/);
  });

  it.each([
    ['an unknown type', 415, 'content_type', '/v1/recognize', '{}', 'application/json'],
    ['no bytes', 400, 'empty', '/v1/recognize', '', 'audio/wav'],
    ['no sound', 422, 'audio', '/v1/recognize', 'no sound', 'audio/wav'],
    ['a form without a file', 400, 'form', '/v1/recognize', '--x--\r\n', 'multipart/form-data; boundary=x'],
    ['a damaged form', 400, 'form', '/v1/recognize', '--x\r\nContent', 'multipart/form-data; boundary=x'],
    ['a number that is none', 400, 'request', '/v1/recognize?smooth=much', 'x', 'audio/wav'],
    ['a share above 1', 400, 'request', '/v1/recognize?abstain_below=2', 'x', 'audio/wav'],
    ['another class', 400, 'usage', '/v1/explain?class=bored', TONE, 'audio/wav'],
    ['a part that is none', 400, 'request', '/v1/explain?map=moon', 'x', 'audio/wav'],
    ['another model', 404, 'model', '/models/whisper', 'x', 'audio/wav'],
    ['a path for a model', 405, 'method', '/models/../v1', 'x', 'audio/wav'],
    ['two files', 400, 'form', '/v1/recognize', form(2, FILE), FORM],
    ['a form of a great many files', 400, 'form', '/v1/recognize', form(200_000, FILE), FORM],
    ['a form of a great many fields', 400, 'form', '/v1/recognize', form(200_000, FIELD), FORM],
    ['no JSON', 400, 'request', '/models/attune', '{', 'application/json'],
    ['deep JSON', 400, 'request', '/models/attune', '['.repeat(1e6), 'application/json'],
    ['JSON of no sound', 422, 'audio', '/models/attune', `{"inputs":"${'A'.repeat(12e6)}"}`, 'application/json'],
    ['too much JSON', 413, 'too_large', '/models/attune', '['.repeat(17e6), 'application/json'],
    ['JSON without a recording', 400, 'request', '/models/attune', '{"inputs":"%"}', 'application/json'],
  ])('refuses %s with %i and %s', async (_, status, code, path, body, type) => {
    const found = await problemOf(await post(app, path, body, { 'content-type': type }));
    expect(found).toMatchObject({ status, code });
    expect(found.message.length).toBeGreaterThan(10);
  });

  it('refuses too many bytes, and too many seconds, before they are decoded', async () => {
    const limits = { ...settingsOf().limits, bodyBytes: 20_000, soundSeconds: 0.5 };
    const strict = appOf(inference, { limits });
    expect(await problemOf(await post(strict, '/v1/recognize', TONE))).toMatchObject({
      status: 413,
      code: 'too_large',
    });
    expect(await problemOf(await post(strict, '/v1/recognize', TONE.slice(0, 19_000)))).toMatchObject({
      ...{ status: 413, code: 'too_long', message: expect.stringContaining('0.5 s') },
    });
  });

  it('explains as data and as a picture', async () => {
    const json = await post(app, '/v1/explain', TONE);
    expect(await json.json()).toMatchObject({ segment: expect.anything() });
    const svg = await post(app, '/v1/explain?map=spectrogram', TONE, { accept: 'image/svg+xml' });
    expect(svg.headers.get('content-type')).toBe('image/svg+xml');
    expect(await svg.text()).toMatch(/^<svg/);
  });

  it('names labels as the inference API of Hugging Face does', async () => {
    const raw = (await (await post(app, '/models/attune', TONE)).json()) as { label: string; score: number }[];
    expect(raw.map(({ label }) => label).sort()).toEqual(['angry', 'happy', 'neutral', 'sad']);
    expect(raw.map(({ score }) => score)).toEqual(raw.map(({ score }) => score).sort((a, b) => b - a));
    const inputs = Buffer.from(TONE).toString('base64');
    const two = await post(app, '/models/attune', JSON.stringify({ inputs, parameters: { top_k: 2 } }), {
      'content-type': 'application/json',
    });
    expect(await two.json()).toEqual(raw.slice(0, 2));
  });

  it('shows runs of its folder, and nothing beside it', async () => {
    const { runs: list, studies } = (await (await ask(app, '/v1/runs')).json()) as {
      runs: { id: string; ua: number }[];
      studies: object[];
    };
    expect(studies).toEqual([]);
    expect(list.map(({ id }) => id)).toEqual(['gap/baseline']);
    const run = await (await ask(app, '/v1/runs/gap/baseline')).json();
    expect(run).toMatchObject({ ...list[0], config: expect.anything(), metrics: { ua: list[0]!.ua } });
    for (const id of [
      '..',
      '../results',
      'gap',
      '%2e%2e/results',
      'elsewhere',
      '.',
      'gap/baseline/..',
      'gap%2f..%2f..',
    ])
      expect({ id, status: (await ask(app, `/v1/runs/${id}`)).status }).toEqual({ id, status: 404 });
  });

  it('leads nowhere else by what stands in a path', async () => {
    const up = ['..%2f..%2f', '%2e%2e/%2e%2e/', '../../', '....//', '..%5c..%5c', '%2f', '/', '%00', '%ff', 'C:%5c'];
    for (const place of ['/', '/assets/', '/examples/', '/v1/runs/'])
      for (const way of up) {
        const answer = await ask(app, `${place}${way}package.json`);
        expect({ place, way, status: answer.status }).toEqual({ place, way, status: 404 });
        expect(await answer.text()).not.toContain('onnxruntime');
      }
  });

  it('says which method a route takes', async () => {
    const answer = await ask(app, '/v1/recognize');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await post(app, '/v1', 'x')).headers.get('allow')).toBe('GET');
  });

  it('draws runs as their reports do, compares them, and gives reports nothing to run', async () => {
    const own = appOf(inference, { runs: 'results/gap' });
    const type = (answer: Response) => answer.headers.get('content-type');
    const folder = 'results/gap/baseline';
    const curves = learningCurves(await readLog(folder));
    const metrics = JSON.parse(readFileSync(`${folder}/metrics.json`, 'utf8'));
    const predictions = await readPredictions(`${folder}/predictions.csv`);
    const drawn = {
      ...{ loss: lossPlot(curves), accuracy: accuracyPlot(curves) },
      confusion: confusionPlot(metrics.confusion, EMOTIONS),
      speakers: speakersPlot(speakerBars(predictions, EMOTIONS), metrics),
    };
    for (const [plot, svg] of Object.entries(drawn)) {
      const answer = await ask(own, `/v1/runs/baseline/plots/${plot}`);
      expect([type(answer), await answer.text()]).toEqual(['image/svg+xml', svg]);
    }
    const comparison = (await (await ask(own, '/v1/comparison?run=baseline&run=minmax')).json()) as Comparison;
    const [difference] = comparison.pairs;
    const [first, second] = comparison.systems.map(({ ua }) => ua.mean);
    expect(difference!.ua.difference).toBeCloseTo(second! - first!, 12);
    expect(comparison.systems.map(({ runs: [run] }) => run!.run)).toEqual(['baseline', 'minmax']);
    expect(comparison.primary).toEqual([]);
    expect((await ask(own, '/v1/comparison?run=baseline')).status).toBe(400);
    const wrong = await problemOf(await ask(own, '/v1/comparison?run=baseline&run=attention-no-softmax'));
    expect(wrong).toMatchObject({ status: 404, message: expect.stringMatching(/unfinished/) });
    expect(wrong.message).not.toContain('results/gap');
    const report = await ask(own, '/v1/runs/baseline/report');
    expect(report.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
    expect(await report.text()).toContain('<h1>');
    const picture = await ask(own, '/v1/studies/gap/picture');
    expect([type(picture), await picture.text()]).toEqual([
      'image/svg+xml',
      readFileSync('results/gap/gap.svg', 'utf8'),
    ]);
    for (const path of ['table1/figures', 'gap/config.json', 'gap/picture?in=..', 'gap/picture?in=baseline'])
      expect({ path, status: (await ask(own, `/v1/studies/${path}`)).status }).toEqual({ path, status: 404 });
  });

  it('tells where a run stands while it trains', async () => {
    const folder = join(runs, 'going');
    await cp('results/gap/baseline', folder, {
      recursive: true,
      filter: (path) => !/metrics|predictions|report|checkpoints/.test(path),
    });
    const lines = readFileSync('results/gap/baseline/log.jsonl', 'utf8').trimEnd().split('\n');
    const told = lines.slice(0, 24); // one fold of 15 epochs and its end, and 7 epochs of the next
    await writeFile(join(folder, 'log.jsonl'), `${told.join('\n')}\n`);
    const { state, standing } = (await (await ask(app, '/v1/runs/going')).json()) as RunAnswer;
    expect(state).toBe('unfinished');
    expect(standing.folds.map(({ state, epochs }) => [state, epochs])).toEqual([
      ...[
        ['done', 15],
        ['trains', 7],
      ],
      ...[
        ['waits', 0],
        ['waits', 0],
        ['waits', 0],
      ],
    ]);
    const at = (line: string) => Date.parse(JSON.parse(line).time) / 1000;
    expect(standing.secondsLeft).toBeCloseTo(((at(told.at(-1)!) - at(told[0]!)) / 22) * (8 + 45), 3);
    await rm(folder, { recursive: true });
  });

  it('streams the log of a run, and goes on behind the last line that was heard', async () => {
    const lines = readFileSync('results/gap/baseline/log.jsonl', 'utf8').trimEnd().split('\n');
    const whole = await (await ask(app, '/v1/runs/gap/baseline/events')).text();
    const ids = [...whole.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual(lines.map((_, i) => i + 1));
    expect([...whole.matchAll(/^data: (.*)$/gm)].map(([, data]) => data)).toEqual(lines);
    const headers = { 'last-event-id': String(lines.length - 1) };
    const rest = await (await ask(app, '/v1/runs/gap/baseline/events', { headers })).text();
    expect(rest).toContain(`id: ${lines.length}`);
    expect(rest.match(/^id: /gm)).toHaveLength(1);
  });

  it('is described by the schemas that check it', async () => {
    const { paths } = (await (await ask(app, '/openapi.json')).json()) as { paths: Record<string, object> };
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/v1/recognize', '/v1/explain', '/models/{name}', '/v1/runs', '/v1/runs/{id}/events']),
    );
    const query = JSON.stringify(paths['/v1/recognize']);
    for (const name of ['smooth', 'abstain_below', 'multipart/form-data', '503']) expect(query).toContain(name);
    const page = await (await ask(app, '/reference')).text();
    expect(page).toContain('POST /v1/recognize');
    for (const route of ['/healthz', '/readyz', '/metrics', '/v1/studies/{kind}/{part}'])
      expect(paths).toHaveProperty([route, 'get']);
    const study = page.slice(page.indexOf('GET /v1/studies/'));
    const tables = study.slice(0, study.indexOf('</section>')).split('<caption>').slice(1);
    const names = tables.map((table) => [...table.matchAll(/<td><code>(.*?)<\/code>/g)].map(([, name]) => name));
    expect(tables.map((table) => table.slice(0, table.indexOf('<')))).toEqual(['In the address', 'Query', 'Answers']);
    expect(names.slice(0, 2)).toEqual([['kind', 'part'], ['in']]);
    expect(page).not.toMatch(/<script|https?:\/\/(?!127|localhost)/);
  });

  it('lets nobody in by another name, from another page or without the token', async () => {
    const status = async (own: Hono, headers: Record<string, string>) => (await ask(own, '/v1', { headers })).status;
    expect(await status(app, { host: 'evil.example' })).toBe(421);
    expect((await ask(app, '/healthz', { headers: { host: '10.0.0.7' } })).status).toBe(200);
    expect(await status(app, { origin: 'https://evil.example' })).toBe(403);
    expect(await status(app, { origin: 'null' })).toBe(403);
    expect(await status(app, { origin: 'http://localhost:8080' })).toBe(200);
    const open = appOf(inference, { origins: ['https://good.example'], hosts: ['attune.example'] });
    await ready(open);
    expect(await status(open, { host: 'attune.example' })).toBe(200);
    const page = await ask(open, '/v1', { headers: { origin: 'https://good.example' } });
    expect(page.headers.get('access-control-allow-origin')).toBe('https://good.example');
    const shut = appOf(inference, { token: 'secret' });
    await ready(shut);
    expect(await status(shut, {})).toBe(401);
    expect(await status(shut, { authorization: 'Bearer wrong' })).toBe(401);
    expect(await status(shut, { authorization: 'Bearer secret' })).toBe(200);
    expect((await ask(shut, '/v1?token=secret')).status).toBe(401);
    for (const headers of [{ cookie: 'token=secret' }, { authorization: 'Basic secret' }, { authorization: 'secret' }])
      expect(await status(shut, headers)).toBe(401);
    expect((await ask(shut, '/healthz')).status).toBe(200);
  });

  it('says that it is busy where too many wait, and answers the rest', async () => {
    const limits = { ...settingsOf().limits, waiting: 2 };
    const own = createInference(settingsOf({ limits }));
    const busy = appOf(own, { limits });
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(busy, '/v1/recognize', TONE)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 503, 503, 503]);
    expect(answers.find(({ status }) => status === 503)!.headers.get('retry-after')).toBe('1');
    await own.close();
  });

  describeWith(ATTUNE_AUDIO, 'with recordings', () => {
    it('answers as the library does', async () => {
      const path = join(ATTUNE_AUDIO, 'good/flac.flac');
      const recognizer = await loadRecognizer({ threads: 1 });
      const { waveform } = await readAudioFile(path);
      const { probabilities } = await recognizer.recognize(waveform).finally(recognizer.close);
      const answer = (await (await post(app, '/v1/recognize', readFileSync(path))).json()) as RecordingReport;
      expect(answer.probabilities).toEqual(probabilities);
    });

    it('goes on whatever it is sent', async () => {
      for (const kind of ['bad', 'odd']) {
        const folder = join(ATTUNE_AUDIO, kind);
        for (const name of readdirSync(folder).filter((name) => !name.endsWith('.md'))) {
          const bytes = readFileSync(join(folder, name));
          if (bytes.length > 4e6) continue;
          const answer = await post(app, '/v1/recognize', bytes);
          expect({ name, status: answer.status }).toEqual({ name, status: expect.toBeOneOf([200, 400, 413, 422]) });
          if (answer.status !== 200) expect((await problemOf(answer)).message).not.toContain(folder);
        }
      }
      expect((await post(app, '/v1/recognize', TONE)).status).toBe(200);
    });
  });
});
