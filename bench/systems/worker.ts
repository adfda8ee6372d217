import { measureSystem } from './measure.ts';

process.stdin.once('end', () => process.exit()).resume(); // with its parent

process.stdout.write(`${JSON.stringify(await measureSystem(JSON.parse(process.argv[2]!)))}\n`);
process.stdin.destroy();
