import { runtimeVersion } from '../graph/session.ts';
import { ENGINE_VERSION } from '../train/step.ts';
import { VERSION } from '../version.ts';
import { processor } from './processor.ts';
import type { Environment } from './run-files.ts';

/** Where this process works. */
export const environment = (): Environment => ({
  attune: `${VERSION}, engine ${ENGINE_VERSION}`,
  node: process.version,
  runtime: runtimeVersion(),
  processor: processor(),
});

/** What of an environment the last digits depend on. */
export const numerics = ({ runtime, processor }: Environment) => ({ runtime, processor });
