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
    const rest = failures.length < inAll ? ', and the others are done' : '';
    const summary = others.length ? `${failures.length} of ${count(inAll, noun)} failed${rest}` : first.message;
    if (others.length)
      super('run', `${summary}. Mend what is wrong, and start the same command again to go on from there:`, {
        points: failures.map(({ message }) => message),
      });
    else super(first.code, withRemedy(first.message));
    this.failures = failures;
    this.summary = summary;
  }
}

/** A failure with what to do, unless it says so itself. */
const withRemedy = (text: string): string =>
  /the same command again/i.test(text)
    ? text
    : `${text.replace(/\.$/, '')}. Start the same command again to go on from there.`;

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
