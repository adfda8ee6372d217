import { AttuneError } from '../errors.ts';
import { inputIsFolder } from '../read-file.ts';

/** As much as one array of bytes holds everywhere: 2 GiB. */
const MOST = 2 ** 31;

/**
 * The path of standard input, to be read as a stream.
 *
 * @throws AttuneError `usage` where it is a terminal or a folder
 */
export function soundOnInput(stream: NodeJS.ReadStream = process.stdin): '-' {
  if (stream.isTTY) throw new AttuneError('usage', 'standard input is a terminal; pipe a recording into it for -');
  if (inputIsFolder())
    throw new AttuneError('usage', 'standard input is a folder; pipe a recording into it, or name the folder, not -');
  return '-';
}

/**
 * All bytes of standard input; none where it ends at once.
 *
 * @throws AttuneError `usage` as {@link soundOnInput} does, `audio` where it is over 2 GiB or cannot be read
 */
export async function readStandardInput(stream: NodeJS.ReadStream = process.stdin): Promise<Uint8Array> {
  soundOnInput(stream);
  const blocks: Buffer[] = [];
  let length = 0;
  try {
    for await (const block of stream as AsyncIterable<Buffer>) {
      length += block.length;
      if (length > MOST) throw new AttuneError('audio', 'standard input is over 2 GiB; cut it into shorter recordings');
      blocks.push(block);
    }
  } catch (cause) {
    if (cause instanceof AttuneError) throw cause;
    throw new AttuneError('audio', `standard input cannot be read: ${(cause as Error).message}`, { cause });
  }
  return Buffer.concat(blocks);
}
