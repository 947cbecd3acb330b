/** What a report tells where several nodes share control data: each knows what it took itself, and no more. */

import type { ImportRunner, ReadResult } from './jobs/import-runner.ts';
import type { FileReport } from './report.ts';

const NOTE =
  'of several nodes each knows only what it took itself: give all imports of a site to one node, as what another one took would be there twice';

/** Files of which nothing was read have no need of it. */
export function notedForNodes(file: FileReport): FileReport {
  return file.frames === 0 ? file : { ...file, notes: [...file.notes, NOTE] };
}

export class RunnerOfNode implements ImportRunner {
  readonly #runner: ImportRunner;

  constructor(runner: ImportRunner) {
    this.#runner = runner;
  }

  async read(...asked: Parameters<ImportRunner['read']>): Promise<ReadResult> {
    const { files, ...rest } = await this.#runner.read(...asked);
    return { ...rest, files: files.map(notedForNodes) };
  }
}
