import { expect, it } from 'vitest';
import { settingsOf, startServer } from '../../server/serving.ts';
import { faultsOf, give, openPage, rowsOf, type Site, savedJson, settled } from './site.ts';

/** Recordings and live sound that the server hears. */
export function serving(site: () => Site): void {
  it('has the server hear a recording, which answers alike, maps too', async () => {
    const page = await openPage(site());
    await give(page, 'good/flac.flac');
    await settled(page);
    const here = await savedJson(page);
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    await page.selectOption('[name=place]', 'server');
    expect(await page.textContent('[role=alertdialog]')).toMatch(/Send the recording to 127\.0\.0\.1:\d+\?/);
    expect(await faultsOf(page)).toEqual([]);
    await page.keyboard.press('Escape'); // stays in this page
    expect([await page.inputValue('[name=place]'), await page.isVisible('.said'), sent]).toEqual(['here', true, []]);
    await page.selectOption('[name=place]', 'server');
    await page.click('[role=alertdialog] button:has-text("Send the recording")');
    await page.waitForFunction(() =>
      /the server at .* ms a segment/.test(document.querySelector('footer')!.textContent!),
    );
    expect(await page.textContent('.lead')).toMatch(/goes to 127\.0\.0\.1:\d+, which keeps nothing/);
    const there = await savedJson(page);
    for (const [emotion, share] of Object.entries(here.probabilities))
      expect(there.probabilities[emotion]).toBeCloseTo(share, 4);
    await page.waitForFunction(() => {
      const canvas = document.querySelector('canvas[role=img]') as HTMLCanvasElement | null;
      return canvas
        ?.getContext('2d')
        ?.getImageData(0, 100, canvas.width, 100)
        .data.some((value) => value > 0);
    });
    await page.close();
  });

  it('sends nothing more once the sound is to stay here, or is not wanted', async () => {
    const page = await openPage(site());
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    for (const leave of [() => page.selectOption('[name=place]', 'here'), () => page.click('text=Clear')]) {
      await page.selectOption('[name=place]', 'server');
      if ((await rowsOf(page)).length)
        await page.click('[role=alertdialog] >> text=Clear the 12 recordings, and switch');
      const begun = page.waitForRequest((request) => request.method() === 'POST');
      await give(page, ...Array.from({ length: 12 }, () => 'good/stereo-48k.wav'));
      await begun;
      await leave();
      const before = sent.length;
      await settled(page);
      expect(sent.length).toBe(before);
    }
    await page.close();
  });

  it('shows no map of another segment, asks again for one that failed, and sends for none that is not wanted', async () => {
    const page = await openPage({ ...site(), said: [] }); // what fails is told to the console
    await page.selectOption('[name=place]', 'server');
    await give(page, 'good/stereo-48k.wav');
    await page.waitForSelector('text=PNG >> visible=true');
    await page.waitForFunction(() => !document.querySelector<HTMLButtonElement>('.maps .controls button')!.disabled);
    const isDrawn = () =>
      page.locator('.maps canvas').evaluate((canvas: HTMLCanvasElement) =>
        canvas
          .getContext('2d')!
          .getImageData(0, 0, canvas.width, canvas.height)
          .data.some((value) => value > 0),
      );
    expect(await isDrawn()).toBe(true);
    await page.route('**/v1/explain*', (route) => route.fulfill({ status: 503, json: { error: { message: 'busy' } } }));
    const other = (await page.isEnabled('[aria-label="Next segment"]')) ? 'Next segment' : 'Segment before';
    await page.click(`[aria-label="${other}"]`);
    expect(await page.textContent('.maps [role=alert]')).toMatch(/no map: busy/);
    expect(await isDrawn()).toBe(false);
    await page.unroute('**/v1/explain*');
    await page.route('**/v1/explain*', () => {}); // which never answers
    const begun = page.waitForRequest('**/v1/explain*');
    await page.click('.maps >> text=Try again');
    const request = await begun;
    const failed = page.waitForEvent('requestfailed', (one) => one === request);
    await page.selectOption('[name=place]', 'here');
    await failed; // it was given up
    await page.close();
  });

  it('hears an example where the page says when it comes', async () => {
    const page = await openPage(site());
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    await page.selectOption('[name=place]', 'server');
    let give = () => {};
    const held = new Promise<void>((resolve) => {
      give = resolve;
    });
    await page.route('**/examples/sad.wav', async (route) => {
      await held;
      await route.continue();
    });
    await page.click('.empty >> text=sad');
    await page.selectOption('[name=place]', 'here');
    give();
    await page.waitForSelector('.said', { timeout: 60_000 });
    expect([sent, await page.textContent('footer')]).toEqual([[], expect.stringMatching(/^this browser/)]);
    await page.close();
  });

  it('hears nothing that is dropped where it is not seen', async () => {
    const page = await openPage(site());
    const drop = () =>
      page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'], 'dropped.wav'));
        document.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
      });
    await page.click('nav >> text=Runs');
    await page.waitForSelector('tbody tr');
    await drop();
    await page.click('nav >> text=Recognise');
    await page.waitForSelector('.empty');
    await drop();
    await page.waitForSelector('.answer >> text=dropped.wav');
    await page.close();
  });

  it('sends nothing of what was said once it is not wanted, however long the server takes', async () => {
    const page = await openPage(site());
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    await page.routeWebSocket('**/v1/stream', (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        if (!`${message}`.includes('session.end')) server.send(message);
      });
    });
    await page.selectOption('[name=place]', 'server');
    await page.click('text=Speak');
    await page.click('text=Open the microphone');
    await page.waitForSelector('.spans li', { timeout: 60_000 });
    await page.click('text=Stop, and look');
    await page.click('text=Close the microphone');
    await page.selectOption('[name=place]', 'here');
    await page.waitForTimeout(6000); // the end of the stream is waited for 5 s
    expect([sent, await page.isVisible('.empty')]).toEqual([[], true]);
    await page.close();
  });

  it('asks for the token again where it has changed', async () => {
    const page = await openPage({ ...site(), said: [] }); // 401 is told to the console
    await page.selectOption('[name=place]', 'server');
    await page.route('**/v1/recognize', (route) => route.fulfill({ status: 401, json: {} }));
    await give(page, 'good/flac.flac');
    await page.waitForSelector('input[type=password]');
    await page.unroute('**/v1/recognize');
    await page.fill('input[type=password]', 'another');
    await page.click('text=Go on');
    await page.waitForSelector('.said');
    await page.selectOption('[name=place]', 'here'); // there is a way back, wherever one is
    await page.close();
  });

  it('closes the microphone whenever it is to be closed, while it opens too', async () => {
    const page = await openPage(site());
    await page.evaluate(() => {
      const media = navigator.mediaDevices;
      const ask = media.getUserMedia.bind(media);
      const kept = Object.assign(globalThis, { tracks: [] as MediaStreamTrack[] });
      media.getUserMedia = async (wanted) => {
        const stream = await ask(wanted);
        kept.tracks.push(...stream.getTracks());
        return stream;
      };
    });
    await page.click('text=Speak');
    await page.click('text=Open the microphone');
    await page.waitForFunction(() => (globalThis as unknown as { tracks: MediaStreamTrack[] }).tracks.length > 0);
    await page.click('text=Close the microphone');
    await page.waitForFunction(() => {
      const { tracks } = globalThis as unknown as { tracks: MediaStreamTrack[] };
      return tracks.length > 0 && tracks.every(({ readyState }) => readyState === 'ended');
    });
    await page.close();
  });

  it('says why the server cannot hear a file', async () => {
    const page = await openPage({ ...site(), said: [] }); // a 422 is told to the console
    await page.selectOption('[name=place]', 'server');
    await give(page, 'bad/text.wav');
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toContain('no sound file');
    await page.close();
  });

  it('tries again what the server could not be asked', async () => {
    const page = await openPage({ ...site(), said: [] }); // a request that fails is told to the console
    await page.selectOption('[name=place]', 'server');
    await page.route('**/v1/recognize', (route) => route.abort());
    await give(page, 'good/flac.flac', 'good/mp3-64k.mp3');
    await settled(page);
    expect(await page.textContent('[role=alert]')).toContain('the server cannot be reached');
    await page.unroute('**/v1/recognize');
    await page.click('text=Try all 2 again');
    await page.waitForSelector('.said');
    await settled(page);
    expect((await rowsOf(page)).map((row) => row.replace(/\d+ %$/, ''))).toEqual([
      'flac.flac1.9angry',
      'mp3-64k.mp31.9angry',
    ]);
    await page.close();
  });

  it('has the server listen', async () => {
    const page = await openPage(site());
    await page.selectOption('[name=place]', 'server');
    await page.click('text=Speak');
    expect(await page.textContent('.live')).toMatch(/What is said goes to 127\.0\.0\.1/);
    await page.click('text=Open the microphone');
    await page.waitForSelector('.spans li', { timeout: 60_000 });
    expect(await page.textContent('.spans li')).toMatch(/to 0:\d\d\.\d: (angry|happy)/);
    await page.close();
  });

  it('says so, and closes the microphone, where the server that listens is gone', async () => {
    const other = await startServer(settingsOf(), { level: 'silent' });
    await other.ready;
    const page = await openPage({ ...site(), url: other.url, said: [], asked: new Set() });
    await page.selectOption('[name=place]', 'server');
    await page.click('text=Speak');
    await page.click('text=Open the microphone');
    await page.waitForSelector('[aria-label=Live]');
    await other.stop();
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toMatch(/connection to the server was lost/);
    expect(await page.isVisible('text=Open the microphone')).toBe(true);
    await page.close();
  });

  it('asks for the token of a server that wants one, and takes no other', async () => {
    const shut = await startServer(settingsOf({ token: 'secret', runs: 'results/gap' }), { level: 'silent' });
    const own = { ...site(), url: shut.url, said: [], asked: new Set<string>() }; // 401 is told to the console
    const page = await openPage(own);
    await page.selectOption('[name=place]', 'server');
    for (const token of ['wrong', 'secret']) {
      await page.fill('input[type=password]', token);
      await page.click('text=Go on');
      if (token === 'wrong') await page.waitForSelector('text=That is not its token');
    }
    await give(page, 'good/flac.flac');
    await settled(page);
    expect(await page.textContent('.said')).toMatch(/^angry/);
    await page.click('text=Runs');
    await page.waitForSelector('text=baseline');
    await page.close();
    await shut.stop();
  });

  it('shows runs as they stand, and beside each other', async () => {
    const page = await openPage(site(), {}, '#runs');
    await page.waitForSelector('tbody tr');
    expect(await page.textContent('tbody')).toContain('gap/baseline');
    expect(await faultsOf(page)).toEqual([]);
    await page.check('[aria-label="Compare gap/baseline"]');
    await page.check('[aria-label="Compare gap/minmax"]');
    await page.click('text=Compare 2');
    await page.waitForSelector('text=gap/minmax less gap/baseline', { timeout: 60_000 });
    await page.goBack();
    await page.click('text=gap/baseline');
    await page.waitForFunction(() => document.querySelectorAll('.plot svg').length === 4);
    expect(await page.textContent('.figures')).toMatch(/UA71\.1\[66\.0, 76\.5\]/);
    expect(await faultsOf(page)).toEqual([]);
    await page.goto(`${site().url}#runs/study/gap/gap`);
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>('img.study')?.naturalWidth);
    await page.close();
  });
}
