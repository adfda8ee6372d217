import type { RunOptions } from '../run/run-files.ts';
import { cnnTf } from './cnn-tf.ts';
import type { Place, System } from './system.ts';

/** The system that a run's options ask for. All that are known so far ask for one: a network trained by gradient over segments. */
export const systemOf = (options: RunOptions, place: Place): System => cnnTf(options, place);
