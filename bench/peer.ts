import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('./peers/pytorch_speed.py', import.meta.url));
const LAYOUTS = ['contiguous_format', 'channels_last'];

/** What the script prints: one memory layout's figures. */
interface LayoutFigures {
  readonly version: string;
  readonly layout: string;
  readonly train_segments_per_s: number;
  /** at batch 1 and 16 */
  readonly infer_batch1_segments_per_s: number;
  readonly infer_batch16_segments_per_s: number;
  readonly peak_rss_mb: number;
}

/** PyTorch at its best: for training and for inference the faster of its two memory layouts. */
export interface Pytorch {
  readonly version: string;
  readonly train_segments_per_s: number;
  readonly train_layout: string;
  /** at batch 16 */
  readonly infer_segments_per_s: number;
  readonly infer_layout: string;
  readonly infer_batch1_segments_per_s: number;
  readonly infer_batch1_layout: string;
  /** of the faster training */
  readonly peak_rss_mb: number;
}

/** PyTorch's figures, or why there are none. */
export type Peer =
  | { readonly pytorch: Pytorch; readonly note?: undefined }
  | { readonly pytorch: null; readonly note: string };

/**
 * Measures the same network in PyTorch, each memory layout in a process of its own.
 *
 * @param python the interpreter, a name or a path
 */
export async function measurePeer(python: string, threads: number, steps: number): Promise<Peer> {
  const all: LayoutFigures[] = [];
  for (const layout of LAYOUTS) {
    const args = [SCRIPT, '--layout', layout, '--threads', String(threads), '--steps', String(steps)];
    try {
      all.push(JSON.parse((await promisify(execFile)(python, args)).stdout));
    } catch (error) {
      return { pytorch: null, note: `no figures of PyTorch: ${python} said: ${saying(error as Failure)}` };
    }
  }
  const best = (key: 'train' | 'infer_batch1' | 'infer_batch16') =>
    all.reduce((a, b) => (b[`${key}_segments_per_s`] > a[`${key}_segments_per_s`] ? b : a));
  const [train, infer1, infer16] = [best('train'), best('infer_batch1'), best('infer_batch16')];
  return {
    pytorch: {
      version: train.version,
      train_segments_per_s: train.train_segments_per_s,
      train_layout: train.layout,
      infer_segments_per_s: infer16.infer_batch16_segments_per_s,
      infer_layout: infer16.layout,
      infer_batch1_segments_per_s: infer1.infer_batch1_segments_per_s,
      infer_batch1_layout: infer1.layout,
      peak_rss_mb: train.peak_rss_mb,
    },
  };
}

type Failure = Error & { readonly code?: string | number; readonly signal?: string; readonly stderr?: string };

/** The last line of what it wrote, which in Python names the error; else how it ended. */
function saying({ code, signal, stderr, message }: Failure): string {
  if (code === 'ENOENT') return 'no such program';
  return stderr?.trim().split('\n').at(-1) || (signal ? `ended by ${signal}` : message);
}
