// Runs the bench as often as its parent asks, in one process; see `inTurn`.
import { main } from '../../bench/bench.ts';
import { serveInTurn } from '../cli/serve-in-turn.js';

serveInTurn((args) => main([process.execPath, 'bench', ...args]));
