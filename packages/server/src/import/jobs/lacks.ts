/** What files cannot be read without, as their preview tells. */

import type { LackedOption } from '../format.ts';
import type { FileReport } from '../report.ts';

/** What is to be imported cannot be read without these; of each file that lacks something. */
export class LackingOptionsError extends Error {
  override readonly name = 'LackingOptionsError';
  readonly lacks: readonly Lack[];

  constructor(lacks: readonly Lack[]) {
    super('options are missing');
    this.lacks = lacks;
  }
}

export interface Lack {
  readonly option: LackedOption;
  readonly file: string;
  readonly failure: string;
}

/** A format is missing only where no file can be read: with several it would be taken for that of all. */
export function lacksOf(files: readonly FileReport[]): readonly Lack[] {
  const unread = files.every(({ failure }) => failure !== null);
  return files.flatMap(({ file, failure, lacks: option }) =>
    failure === null || option === null || (option === 'format' && !unread)
      ? []
      : [{ option, file, failure }],
  );
}
