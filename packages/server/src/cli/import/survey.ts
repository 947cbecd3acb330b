/** A look at every file before the first frame is imported, so that one wrong name does not leave half an import. */

import { detect, expectedLines, UNKNOWN } from '../../import/detect.ts';
import type { ImportFormat } from '../../import/format.ts';
import { discard, openSource, type Source } from '../../import/source.ts';
import { type Call, CommandError, UsageError } from '../command.ts';
import { readFailure } from './read-failure.ts';
import type { Wish } from './wish.ts';

const PIPE = '-';

export interface Surveyed {
  readonly file: string;
  readonly format: ImportFormat;
  /** Why that format. */
  readonly evidence: string;
  /** May be called once. */
  open(): Promise<Source>;
}

/** Throws one CommandError that names every file that cannot be read or is of no known format. */
export async function survey(call: Call, wish: Wish): Promise<readonly Surveyed[]> {
  if (call.words.filter((word) => word === PIPE).length > 1) throw new UsageError('- is given twice');
  const good: Surveyed[] = [];
  const bad: string[] = [];
  for (const file of call.words) {
    const found = await look(call, file, wish);
    if (typeof found === 'string') bad.push(`${file}: ${found}`);
    else good.push(found);
  }
  if (bad.length === 0) return good;
  const expected = bad.some((line) => line.includes(`: ${UNKNOWN}`)) ? expectedLines() : [];
  const rest = call.words.length > 1 ? ['nothing was imported'] : [];
  throw new CommandError([...bad, ...expected, ...rest].join('\n'));
}

async function look(call: Call, file: string, wish: Wish): Promise<Surveyed | string> {
  const open = () => openSource(file, call.terminal.input);
  let source: Source;
  try {
    source = await open();
  } catch (error) {
    const failure = readFailure(error);
    if (failure === null) throw error;
    return failure;
  }
  const found =
    wish.format === null ? detect(source.sample) : { format: wish.format, evidence: 'as --format says' };
  // A pipe cannot be opened again.
  const kept = source;
  if (file !== PIPE) await discard(source);
  if (typeof found === 'string') return found;
  return {
    file,
    format: found.format,
    evidence: found.evidence,
    open: file === PIPE ? async () => kept : open,
  };
}
