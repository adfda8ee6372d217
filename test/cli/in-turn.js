// Runs the command `attune` as often as its parent asks, in one process; see `attuneInTurn`.
import { main } from '../../dist/cli/main.js';
import { serveInTurn } from './serve-in-turn.js';

serveInTurn((args) => main([process.execPath, 'attune', ...args]));
