#!/usr/bin/env node
import './build.js';

const { main } = await import('../dist/cli/main.js');
process.exitCode = await main(process.argv);
// Stopped by a signal: processes that were killed end meanwhile, and nobody waits for more, such as a Redis that is gone.
if (process.exitCode > 128) setTimeout(() => process.exit(), 500).unref();
