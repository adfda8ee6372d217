import { AttuneError } from '../../src/errors.ts';
import { type DeviceTask, runOnDevice } from './measurements.ts';

process.stdin.once('end', () => process.exit()).resume(); // with its parent

const tell = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);

try {
  const ran = await runOnDevice(JSON.parse(process.argv[2]!) as DeviceTask);
  tell({ ...ran, peakRssMb: process.resourceUsage().maxRSS / 1024 });
} catch (error) {
  if (!(error instanceof AttuneError)) throw error;
  tell({ failed: error.message.split('\n')[0], code: error.code });
}
process.stdin.destroy();
