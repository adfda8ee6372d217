#!/usr/bin/env node
import './build.js';

const { main } = await import('../dist/cli/main.js');
process.exitCode = await main(process.argv);
