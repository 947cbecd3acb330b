/** A row of the tables of findings. */

/** `violates`: against the specification, which the clause names. */
export type Severity = 'violates' | 'unusual' | 'info';

export interface FindingRow {
  readonly severity: Severity;
  readonly text: string;
  /** Of the specification; '' where it is ours. */
  readonly clause: string;
}
