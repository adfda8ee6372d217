#!/usr/bin/env node
import './build.js';

const { main } = await import('../dist/cli/main.js');
const status = await main(process.argv);
if (status > 128) process.exit(status); // stopped by a signal: nothing is waited for
process.exitCode = status;
