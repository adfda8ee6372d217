import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { settingsOf, startServer, temporary } from '../../server/serving.ts';
import { openPage, type Site } from './site.ts';

const GOOD = 'results/gap/baseline';

/** Runs that are damaged, that go, and whose names mislead. */
export function watching(site: () => Site): void {
  it('says what of a run is damaged, and when one that is watched is gone', async () => {
    const runs = await temporary();
    const copy = async (id: string) => {
      await cp(GOOD, join(runs, id), { recursive: true, filter: (path) => !/checkpoints|epochs/.test(path) });
      return (name: string) => join(runs, id, name);
    };
    writeFileSync((await copy('cut'))('metrics.json'), '{"wa":');
    await copy('rtl\u202egnp.run');
    await copy('good/report');
    const going = await copy('going');
    await rm(going('metrics.json'));
    const lines = readFileSync(going('log.jsonl'), 'utf8').split('\n');
    writeFileSync(going('log.jsonl'), `${lines.slice(0, 4).join('\n')}\n`);
    await cp('results/gap/gap.json', join(runs, 'gap.json'));
    const server = await startServer(settingsOf({ runs }), { level: 'silent' });
    await server.ready;
    const page = await openPage({ ...site(), url: server.url, said: [], asked: new Set() }, {}, '#runs'); // 404 is told to the console
    await page.waitForSelector('tbody tr');
    expect(await page.textContent('.runs')).toContain('rtl\\u202egnp.run');
    expect(await page.textContent('.runs [aria-label="Damaged files"]')).toMatch(/^metrics\.json is damaged/);
    await page.click('text=cut');
    await page.waitForFunction(() => document.querySelectorAll('.plot svg').length === 2);
    expect(await page.textContent('main')).toMatch(/finished.*metrics\.json is damaged/);
    await page.goto(`${server.url}/#runs/run/good/report`);
    await page.waitForSelector('section[aria-label="good/report"] .plot svg');
    await page.goto(`${server.url}/#runs/run/gone/report`);
    await page.waitForSelector('text=there is no run of that name here');
    await page.goto(`${server.url}/#runs/study/gap/`);
    await page.waitForSelector('text=gap.svg of this study is missing');
    await page.goto(`${server.url}/#runs/run/going`);
    await page.waitForSelector('text=/epoch 3 of 15/');
    appendFileSync(going('log.jsonl'), `${lines[4]}\n`);
    await page.waitForSelector('text=/epoch 4 of 15/');
    expect(await page.textContent('[role=status]')).toMatch(/0 of 5 folds done, about .* left/);
    await rm(join(runs, 'going'), { recursive: true });
    await page.waitForSelector('text=This run is gone');
    expect(await page.textContent('main')).not.toContain('left');
    await page.close();
    await server.stop();
    await rm(runs, { recursive: true });
  });

  it('shows runs and what stands beside each other on a narrow page, without scrolling', async () => {
    const page = await openPage(site(), { viewport: { width: 320, height: 640 } }, '#runs');
    const within = async (selector: string) => {
      await page.waitForSelector(selector);
      const right = await page.evaluate(
        (asked) => Math.max(...[...document.querySelectorAll(asked)].map((one) => one.getBoundingClientRect().right)),
        selector,
      );
      expect({ selector, right: right <= 320 }).toEqual({ selector, right: true });
    };
    await within('.runs td.number');
    await page.goto(`${site().url}/#runs/compare/gap%2Fbaseline&gap%2Fminmax`);
    await within('.beside .figure');
    expect(await page.textContent('main')).toContain('Folds of gap/baseline, gap/minmax');
    await page.goto(`${site().url}/#runs/run/encoder/shipped`);
    await page.waitForFunction(() => document.querySelectorAll('.plot svg').length === 2);
    expect(await page.textContent('main')).not.toMatch(/not finished|folds done/);
    await page.close();
  });
}
