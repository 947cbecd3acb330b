import { createInterface } from 'node:readline/promises';
import { counted } from '@ocpp-logs/core';
import { tagFault } from '../../erasure/tag-fault.ts';
import { type Call, type Command, CommandError, textFlag, UsageError } from '../command.ts';
import { serving } from '../import/open-sink.ts';
import { onInterruption } from '../interruption.ts';
import { barLine } from '../progress-line.ts';
import { existingFolder, FOLDER_OPTIONS, settingsOf } from '../settings.ts';
import { openServer } from '../station-command/server-client.ts';
import { type Erased, type Eraser, folderEraser, serverEraser } from './eraser.ts';
import { erasedText } from './report-text.ts';

const PIPE = '-';
const PIPE_MAX = 10_000;
const ERASE_LINE = '\r\u001b[K';

export const erase: Command = {
  name: ['erase'],
  summary: 'Take one id tag out of all that is stored of a site; what comes later is masked as well.',
  words: '',
  options: {
    site: { value: 'ID', describe: 'Site whose log holds the id tag.' },
    'id-tag': {
      value: 'TAG',
      describe: 'As a station sends it; - reads it from a pipe, so that it is in no history of commands.',
    },
    'dry-run': { describe: 'Only count; this is so, too, where nobody can be asked and --yes is not given.' },
    yes: { describe: 'Erase without asking.' },
    json: { describe: 'Print the report as one line of JSON.' },
    url: {
      value: 'URL',
      describe: 'http:// or https:// address of a server elsewhere, with --key.',
    },
    key: { value: 'BEARER', describe: 'Bearer key with the scope admin, or OCPP_LOGS_KEY; for --url.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs erase --site depot --id-tag 04A2B3C4D5', 'count, ask, erase'],
    ['ocpp-logs erase --site depot --id-tag - --yes < tag.txt', 'in a script'],
  ],
  async run(call) {
    const site = textFlag(call, 'site');
    if (site === undefined) throw new UsageError('ocpp-logs erase: --site is needed');
    const given = textFlag(call, 'id-tag');
    if (given === undefined) throw new UsageError('ocpp-logs erase: --id-tag is needed');
    const tag = given === PIPE ? await piped(call) : given;
    const fault = tagFault(tag);
    if (fault !== null) throw new UsageError(`--id-tag ${fault}`);
    const interruption = onInterruption();
    try {
      return await run(call, site, tag, interruption.signal);
    } catch (error) {
      if (!interruption.signal.aborted) throw error;
      call.terminal.errors.write(
        'stopped; what was begun goes on with the server, or when it is asked again\n',
      );
      return interruption.status;
    } finally {
      interruption.release();
    }
  },
};

async function run(call: Call, site: string, tag: string, signal: AbortSignal): Promise<number> {
  const eraser = await eraserOf(call, signal);
  try {
    const sure = call.flags.yes === true && call.flags['dry-run'] !== true;
    if (!sure) {
      const found = await watched(call, eraser, { site, tag, dry: true }, signal);
      const status = told(call, found);
      if (status !== 0 || call.flags['dry-run'] === true || !(await wanted(call))) return status;
    }
    return told(call, await watched(call, eraser, { site, tag, dry: false }, signal));
  } finally {
    await eraser.close();
  }
}

async function eraserOf(call: Call, signal: AbortSignal): Promise<Eraser> {
  if (textFlag(call, 'url') !== undefined) return serverEraser(await openServer(call, signal), signal);
  const holder = await serving(existingFolder(call));
  if (holder?.url != null) return serverEraser(await openServer(call, signal), signal);
  return await folderEraser(settingsOf(call), (line) => call.terminal.errors.write(`${line}\n`));
}

async function watched(
  { terminal }: Call,
  eraser: Eraser,
  asked: Parameters<Eraser['erase']>[0],
  signal: AbortSignal,
): Promise<Erased> {
  const show = ({ percent, entries }: Erased) => {
    if (!terminal.watched) return;
    const texts = [`${percent}%`, `${counted(entries, 'entry', 'entries')} found`];
    terminal.errors.write(`${ERASE_LINE}${barLine(percent / 100, [texts], terminal.columns - 1)}`);
  };
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new CommandError('stopped')), { once: true });
  });
  try {
    return await Promise.race([eraser.erase(asked, show), stopped]);
  } finally {
    if (terminal.watched) terminal.errors.write(ERASE_LINE);
  }
}

/** Without anybody to ask: no. */
async function wanted({ terminal, flags }: Call): Promise<boolean> {
  if (!terminal.interactive || flags.json === true) {
    terminal.errors.write('nothing was changed; --yes erases it\n');
    return false;
  }
  const question = createInterface({ input: terminal.input, output: terminal.errors });
  try {
    return /^y(es)?$/i.test((await question.question('Erase it? [y/N] ')).trim());
  } finally {
    question.close();
  }
}

function told({ terminal, flags }: Call, found: Erased): number {
  terminal.output.write(flags.json === true ? `${JSON.stringify(found)}\n` : erasedText(found));
  if (found.state === 'failed') {
    throw new CommandError('the erasure failed; run it again, it goes on with the same replacement');
  }
  return found.state === 'incomplete' || found.state === 'shipping' ? 1 : 0;
}

async function piped({ terminal }: Call): Promise<string> {
  let text = '';
  for await (const piece of terminal.input) {
    text += String(piece);
    if (text.length > PIPE_MAX) throw new UsageError('--id-tag -: what came through the pipe is no id tag');
  }
  return text.replace(/\r?\n$/, '');
}
