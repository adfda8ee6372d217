import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { AttuneError } from '../errors.ts';
import type { ServerSettings } from '../server/settings.ts';
import { addCheckpointOptions, type CheckpointFlags, chosenCheckpoint, trainedBehindOption } from './options.ts';
import { queueOption, queueSite } from './queue.ts';
import { hostName, origin, tokenText } from './serve-values.ts';
import { print, say } from './terminal.ts';
import { cores, positive, whole } from './values.ts';

interface Flags extends CheckpointFlags {
  host: string;
  port: number;
  token?: string;
  insecure?: true;
  allowOrigin: string[];
  allowHost: string[];
  runs?: string;
  queue?: string;
  workers?: number;
  maxBody: number;
  maxSeconds: number;
  maxWaiting: number;
  maxStreams: number;
  quiet?: true;
}

const NOTES = `
The token may also stand in ATTUNE_TOKEN, where no list of processes shows it.
Nothing that is sent is kept or logged.

  attune serve
  curl --data-binary @call.wav http://127.0.0.1:8080/v1/recognize
  curl --data-binary @call.wav -H 'Accept: image/png' -o call.png http://127.0.0.1:8080/v1/explain

http://127.0.0.1:8080/reference tells the rest. Ctrl-C finishes what is in hand.`;

const collect =
  (read: (text: string) => string) =>
  (text: string, before: string[]): string[] => [...before, read(text)];

export function serveCommand(): Command {
  return addCheckpointOptions(
    new Command('serve').description('Answer over HTTP and WebSocket: recordings, live sound, and runs.'),
  )
    .addOption(trainedBehindOption('the checkpoint was trained'))
    .option('--host <address>', 'to listen at; others than of this machine take a --token', '127.0.0.1')
    .option('--port <n>', 'to listen at; 0: any that is free', whole(0, 65_535), 8080)
    .option('--token <text>', 'that whoever asks must send', tokenText)
    .option('--insecure', 'let other machines ask without a token')
    .option(
      '--allow-origin <url>',
      'a page elsewhere that may ask, such as https://example.org; may be given again',
      collect(origin),
      [],
    )
    .option('--allow-host <name>', 'a name by which this server is called; may be given again', collect(hostName), [])
    .option('--runs <dir>', 'folder of runs to show')
    .option(queueOption, 'queue to show; its password may stand in ATTUNE_QUEUE_PASSWORD')
    .option('--workers <n>', 'recordings answered at a time, a core each (default: all cores but one)', cores)
    .option('--max-body <MB>', 'the most that a request may hold', positive, 64)
    .option('--max-seconds <s>', 'the longest recording or stream', positive, 1800)
    .option('--max-waiting <n>', 'recordings that wait for a worker, behind which the answer is 503', whole(0), 32)
    .option('--max-streams <n>', 'live streams at a time', whole(1), 32)
    .option('--quiet', 'log failures alone')
    .addHelpText('after', NOTES)
    .action(serve);
}

/** All requests together may hold as much as some of the largest. */
function bytes(mostMegabytes: number): { readonly bodyBytes: number; readonly heldBytes: number } {
  const bodyBytes = Math.round(mostMegabytes * 1024 * 1024);
  return { bodyBytes, heldBytes: 8 * bodyBytes };
}

async function serve(flags: Flags): Promise<void> {
  const [{ refuseOpenDoor, startServer }, { hasPage }, { DEFAULT_LIMITS, DEFAULT_SETTINGS }] = await Promise.all([
    import('../server/serve.ts'),
    import('../server/page-routes.ts'),
    import('../server/settings.ts'),
  ]);
  const token = flags.token ?? tokenOf(process.env.ATTUNE_TOKEN);
  if (flags.runs !== undefined) await refuseNoFolder(flags.runs);
  const settings: ServerSettings = {
    ...DEFAULT_SETTINGS,
    ...{ hostname: flags.host, port: flags.port, choice: chosenCheckpoint(flags) },
    ...{ origins: flags.allowOrigin, hosts: flags.allowHost },
    ...(token && { token }),
    ...(flags.runs !== undefined && { runs: flags.runs }),
    ...(flags.queue !== undefined && { queue: queueSite({}, flags.queue) }),
    ...(flags.workers !== undefined && { workers: flags.workers }),
    limits: {
      ...DEFAULT_LIMITS,
      ...{ ...bytes(flags.maxBody), soundSeconds: flags.maxSeconds },
      ...{ waiting: flags.maxWaiting, streams: flags.maxStreams },
    },
  };
  refuseOpenDoor(settings, flags.insecure === true);
  const server = await startServer(settings, { level: flags.quiet ? 'error' : 'info' });
  await server.ready.catch(async (error) => {
    await server.stop();
    throw error;
  });
  const api = `${server.url}/reference tells what it answers.`;
  if (hasPage()) print([`Listening at ${server.url}: open it for the page; ${api}`]);
  else {
    print([`Listening at ${server.url}, without the page; ${api}`]);
    say('attune: the page is not built: in a clone, `npm run build:page` builds it; then start this again');
  }
  await new Promise<void>((resolve) => {
    let asked = 0;
    for (const name of ['SIGINT', 'SIGTERM'] as const)
      process.on(name, () => {
        if (++asked > 1) process.exit(130);
        say('attune: finishing what is in hand; once more ends at once');
        server.stop().then(resolve, resolve);
      });
  });
}

function tokenOf(text: string | undefined): string | undefined {
  try {
    return text && tokenText(text);
  } catch (error) {
    throw new AttuneError('usage', `ATTUNE_TOKEN: ${(error as Error).message}`);
  }
}

async function refuseNoFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw new AttuneError('usage', `expected a folder of runs, found none at ${path}`);
}
