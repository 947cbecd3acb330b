/** Errors in our own code: counted, and a few of them a minute in the log. What each costs is bounded where it is caught. */

import { SparingLog } from '../sparing-log.ts';

export class Faults {
  /** Since the start. */
  count = 0;
  readonly #log: SparingLog;

  /** @param report takes a line for the log @param now monotonic, ms */
  constructor(report: (line: string) => void, now: () => number) {
    this.#log = new SparingLog({ warn: (facts, text) => report(lineOf(facts, text)) }, now);
  }

  readonly caught = (error: unknown): void => {
    this.count += 1;
    this.#log.warn({}, `an error in ocpp-logs: ${wordsOf(error)}`);
  };
}

/** A SyntaxError quotes what it could not read, which may be a secret. */
function wordsOf(error: unknown): string {
  if (error instanceof SyntaxError) return error.name;
  return error instanceof Error ? error.message : String(error);
}

function lineOf(facts: object, text: string): string {
  return 'suppressed' in facts ? `${text} (and ${facts.suppressed} more before it)` : text;
}
