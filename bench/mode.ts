import { Option } from 'commander';

/** What every mode is given. */
export interface CommonFlags {
  readonly json?: true;
  /** within one operator */
  readonly threads: number;
}

/** What a mode prints: one object for `--json`, else text for a reader. */
export interface Result {
  readonly json: object;
  readonly text: string;
}

/** One thing that `npm run bench` does. A run does one of them. */
export interface Mode {
  /** the option that asks for it; the one mode without is what runs where none is asked for */
  readonly asked?: Option;
  /** what else it takes beside `--json` and `--threads`; modes may share an option */
  readonly options: readonly Option[];
  run(flags: CommonFlags): Promise<Result>;
}

export const QUICK = new Option('--quick', 'as little as shows that everything works');
export const OUT = new Option('--out <folder>', 'write the results there as well');
