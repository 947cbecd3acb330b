/** What `npm run soak` can run. */

import type { Table } from './table.ts';

export interface SoakRun {
  /** In the soak's own unit. */
  readonly times: number;
  /** What was typed behind its name. */
  readonly args: readonly string[];
  /** A line for whoever waits. */
  readonly progress: (text: string) => void;
}

export interface Soak {
  /** As it is typed. */
  readonly name: string;
  readonly what: string;
  readonly times: number;
  /** Of `times`, such as rounds or minutes. */
  readonly unit: string;
  /** Where it takes options of its own: what --help tells of them. */
  readonly usage?: string;
  /** What is wrong with the options; null: nothing. */
  readonly refusal?: (args: readonly string[]) => string | null;
  /** Throws where something did not hold. */
  readonly run: (run: SoakRun) => Promise<Table | readonly Table[]>;
}
