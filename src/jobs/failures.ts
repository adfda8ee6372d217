import { AttuneError } from '../errors.ts';
import { count } from '../text.ts';

/** Units that failed while the others went on. */
export class UnitsFailed extends AttuneError {
  /** of each unit, with its name */
  readonly failures: readonly AttuneError[];
  /** what failed, without what to do */
  readonly summary: string;

  /**
   * @param noun what a unit is called
   * @param inAll units that were to be done
   */
  constructor(failures: readonly AttuneError[], noun: string, inAll: number) {
    const [first, ...others] = failures as [AttuneError, ...AttuneError[]];
    const points = others.length ? failures.map(({ message }) => message) : [];
    const rest = failures.length < inAll ? ', and the others are done' : '';
    const summary = others.length ? `${failures.length} of ${count(inAll, noun)} failed${rest}` : first.message;
    const remedy = `Start the same command again to go on from there${points.length ? ':' : '.'}`;
    super(others.length ? 'run' : first.code, `${summary.replace(/\.$/, '')}. ${remedy}`, { points });
    this.failures = failures;
    this.summary = summary;
  }
}

/** Gathers what fails, to be thrown when the others are done. */
export function gatherFailures() {
  const failures: AttuneError[] = [];
  return {
    /** @throws the error where it is final, since no other try would mend it */
    add(error: AttuneError): void {
      if (error.isFinal) throw error;
      failures.push(error);
    },
    /** @throws UnitsFailed where any did */
    throwAll(noun: string, inAll: number): void {
      if (failures.length) throw new UnitsFailed(failures, noun, inAll);
    },
  };
}

/** Ends the work with the first unit that fails. */
export const endWork = (_unit: unknown, error: AttuneError): never => {
  throw error;
};
