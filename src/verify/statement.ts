/** What came of looking at one thing. */
export interface Statement {
  readonly result: 'agrees' | 'differs' | 'not checked';
  /** one line; where it differs it names what, with both values */
  readonly text: string;
}

export const agrees = (text: string): Statement => ({ result: 'agrees', text });
export const differs = (text: string): Statement => ({ result: 'differs', text });
export const notChecked = (text: string): Statement => ({ result: 'not checked', text });

/** One statement a finding; where there are none, that all agrees. */
export const verdict = (findings: readonly string[], allAgrees: string): Statement[] =>
  findings.length ? findings.map(differs) : [agrees(allAgrees)];
