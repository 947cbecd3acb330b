/** Log files that were never imported, read into memory for a command that only looks at them. */

import { importAll } from '../../import/engine.ts';
import type { FileOutcome } from '../../import/file-outcome.ts';
import { fileInput, pipeInput } from '../../import/input.ts';
import { LARGE_CHUNKS } from '../../import/sink.ts';
import { type Call, CommandError, UsageError } from '../command.ts';
import { importCommand } from '../import/import.ts';
import { Progress } from '../import/progress.ts';
import { readWish } from '../import/wish.ts';
import { onInterruption } from '../interruption.ts';
import { settingsOf } from '../settings.ts';
import { againInput } from './again-input.ts';
import { Assumptions } from './assumptions.ts';
import { Gathering } from './gathered.ts';
import { Retiming } from './retiming.ts';

const PIPE = '-';
/** A log may lack a station, a zone, a day and times; of several each its own. */
const LOOKS_MAX = 8;

/** What a log lacks, as for an import. */
export const OF_FILES = Object.fromEntries(
  ['format', 'charger', 'start', 'time-zone', 'date', 'ocpp-version', 'seen-from'].flatMap((name) => {
    const option = importCommand.options[name];
    return option === undefined ? [] : [[name, option]];
  }),
);

/** Of a site these options mean nothing. */
export function refuseFileOptions(call: Call): void {
  const ofFile = Object.keys(OF_FILES).find((name) => name !== 'charger' && name in call.flags);
  if (ofFile !== undefined) throw new UsageError(`--${ofFile} is for files: name one, or leave it out`);
}

export interface GatheredFiles {
  readonly gathering: Gathering;
  /** Exit status: 0 where all of it was read. */
  readonly status: number;
}

export async function gatherFiles(call: Call): Promise<GatheredFiles> {
  const { words, terminal } = call;
  if (words.filter((word) => word === PIPE).length > 1) throw new UsageError('- is given twice');
  const { timeout_s, redact, imports } = settingsOf(call);
  const report = (line: string) => terminal.errors.write(`${line}\n`);
  const inputs = words.map((word) =>
    againInput(word === PIPE ? pipeInput(PIPE, terminal.input) : fileInput(word)),
  );
  const progress = new Progress(terminal);
  const interruption = onInterruption();
  const assumptions = new Assumptions(inputs, readWish(call));
  const readOnce = async () => {
    const retiming = new Retiming(assumptions.of);
    const gathering = new Gathering({ timeoutMs: timeout_s * 1000, redact, report, retiming });
    const result = await importAll(inputs, {
      options: assumptions.options,
      sink: gathering,
      bounds: LARGE_CHUNKS,
      signal: interruption.signal,
      onProgress: (so) => progress.show(so),
      bytesMax: null,
      unpackedMax: imports.max_unpacked_bytes,
      placed: true,
    });
    if (result.error !== null) throw result.error;
    if (result.interrupted) throw new CommandError('interrupted');
    return { result, gathering, notes: [...assumptions.notes, ...retiming.notes, ...gathering.notes] };
  };
  const readAll = async () => {
    let read = await readOnce();
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      if (!(await assumptions.learn(read.result.files, interruption.signal))) break;
      read = await readOnce();
    }
    return read;
  };
  const { result, gathering, notes } = await readAll().finally(() => {
    progress.clear();
    interruption.release();
  });
  for (const note of notes) report(note);
  for (const outcome of result.files) {
    const said = outcome.failure ?? unreadText(outcome);
    if (said !== null) report(`${outcome.file}: ${said}`);
  }
  if (result.files.some(({ lacking }) => lacking)) return { gathering, status: 2 };
  const failed = result.files.some(({ failure }) => failure !== null);
  const read = result.files.some(({ frames, events }) => frames + events > 0);
  return { gathering, status: failed || !read ? 1 : 0 };
}

/** A file that was taken for something of which nothing could be read is no file without sessions. */
function unreadText({ frames, events, recognised, reasons }: FileOutcome): string | null {
  if (frames + events > 0 || recognised.format === null) return null;
  const [first] = reasons;
  const why = first === undefined ? '' : `: ${first.reason} (line ${first.lines[0]})`;
  return `taken for ${recognised.format}, and no message could be read${why}: try --format`;
}
