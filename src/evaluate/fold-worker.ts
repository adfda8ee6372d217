import { serveUnit } from '../jobs/unit.ts';
import { type FoldMessage, type FoldUnit, runFold } from './fold.ts';

serveUnit<FoldUnit, FoldMessage>(runFold);
