import type { Standing } from '../../src/run/standing.ts';
import type { Interval } from '../../src/statistics/bootstrap.ts';

/** What the server tells of runs; its `/reference` has the whole. */
export interface Row {
  readonly id: string;
  readonly state: 'finished' | 'unfinished' | 'diverged';
  /** which fold came to no end, and how */
  readonly diverged?: string;
  readonly changed: string;
  readonly folds: { readonly done: number; readonly inAll?: number };
  readonly wa?: number;
  readonly ua?: number;
  readonly damages: readonly string[];
}

export interface Study {
  /** its folder; empty: the folder of runs itself */
  readonly id: string;
  readonly kind: 'table1' | 'figure2' | 'gap';
  /** a day, or a time */
  readonly changed: string;
  readonly damages: readonly string[];
}

export interface Run extends Row {
  /** absent where it is damaged */
  readonly config?: { readonly corpus?: string; readonly options?: Readonly<Record<string, unknown>> };
  readonly standing: Standing;
  /** of its log so far */
  readonly lines: number;
  readonly hasReport: boolean;
  readonly metrics?: {
    readonly wa: number;
    readonly ua: number;
    readonly macroF1: number;
    readonly utterances: number;
    readonly speakers: number;
    readonly leaks?: string;
    readonly contamination?: string;
    readonly intervals: Readonly<Record<'wa' | 'ua' | 'macroF1', Interval | null>> & {
      readonly jackknife?: Readonly<Record<'wa' | 'ua' | 'macroF1', Interval | null>>;
    };
  };
}

export const STUDY_NAMES = {
  table1: 'Table 1: systems beside each other',
  figure2: 'Figure 2: shapes of filters',
  gap: 'What choices of the protocol are worth',
} as const;
