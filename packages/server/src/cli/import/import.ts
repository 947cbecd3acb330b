import { OCPP_VERSIONS } from '@ocpp-logs/core';
import { DirectionFinder, type Settled } from '../../import/direction-finder.ts';
import { type ImportedEvent, MissingOption } from '../../import/format.ts';
import { FORMATS } from '../../import/formats.ts';
import { type Call, type Command, textFlag, UsageError } from '../command.ts';
import { FOLDER_OPTIONS, settingsOf } from '../settings.ts';
import { IngestChunks } from './ingest-chunks.ts';
import { openSink } from './open-sink.ts';
import { Outcome } from './outcome.ts';
import { Progress } from './progress.ts';
import { readFailure } from './read-failure.ts';
import { type ReadFile, reportJson, reportText } from './report.ts';
import type { Sink } from './sink.ts';
import { type Surveyed, survey } from './survey.ts';
import { readWish, type Wish } from './wish.ts';

const DEFAULT_SITE = 'imported';

export const importCommand: Command = {
  name: ['import'],
  summary: 'Read logs that you already have into a site; reading them twice adds nothing.',
  words: 'FILE...',
  options: {
    site: {
      value: 'ID',
      describe: `Site to import into, made if there is none; ${DEFAULT_SITE} unless given.`,
    },
    format: {
      value: 'NAME',
      describe: `One of ${FORMATS.map(({ name }) => name).join(', ')}; recognised unless given.`,
    },
    charger: { value: 'ID', describe: 'Charging station, where the log names none.' },
    start: { value: 'TIME', describe: 'Time of all frames, ISO 8601, where the log bears no times.' },
    'time-zone': {
      value: 'ZONE',
      describe: 'IANA name such as Europe/Berlin, where the times bear no zone.',
    },
    'ocpp-version': {
      value: 'V',
      describe: `One of ${OCPP_VERSIONS.join(', ')}, where the log names none; told by the messages unless given.`,
    },
    'seen-from': {
      value: 'SIDE',
      describe: 'station or csms: who wrote the log, so what "send" means; told by the actions unless given.',
    },
    'dry-run': { describe: 'Read everything, import nothing.' },
    json: { describe: 'Print the report as one line of JSON.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs import trace.jsonl --site depot', 'an Open OCPP Trace'],
    ['ocpp-logs import station.log.gz --charger CP_1', 'lines of an ISO time, SEND or RECV, and a frame'],
    [
      'ocpp-logs import --charger CP_1 --start 2026-01-31T12:00:00Z - < frames.txt',
      'frames alone, from a pipe',
    ],
    ['ocpp-logs import *.jsonl --dry-run', 'see what would be read'],
  ],
  async run(call) {
    if (call.words.length === 0) {
      throw new UsageError(
        'ocpp-logs import: a file must follow, or - for a pipe (see ocpp-logs import --help)',
      );
    }
    const site = textFlag(call, 'site') ?? DEFAULT_SITE;
    const dryRun = call.flags['dry-run'] === true;
    const wish = readWish(call);
    const settings = settingsOf(call);
    const outcome = new Outcome();
    const report = (line: string) => call.terminal.errors.write(`${line}\n`);
    const chunks = new IngestChunks(
      async () => (dryRun ? nowhere : await openSink(settings, site, report)),
      outcome,
    );
    try {
      const files = await readFiles(call, wish, chunks, outcome);
      const done = { site, dryRun, files, outcome };
      call.terminal.output.write(call.flags.json === true ? `${reportJson(done)}\n` : reportText(done));
      return outcome.frames > 0 && files.every(({ failure }) => failure === null) ? 0 : 1;
    } finally {
      await chunks.close();
    }
  },
};

const nowhere: Sink = {
  ingest: async () => ({ accepted: 0, duplicates: 0, rejected: [], entries: {} }),
  close: async () => undefined,
};

async function readFiles(
  call: Call,
  wish: Wish,
  chunks: IngestChunks,
  outcome: Outcome,
): Promise<readonly ReadFile[]> {
  const progress = new Progress(call.terminal);
  const files: ReadFile[] = [];
  for (const surveyed of await survey(call, wish)) {
    files.push(await readOne(surveyed, wish, chunks, outcome, progress));
  }
  await chunks.end();
  progress.clear();
  return files;
}

async function readOne(
  { file, format, evidence, open }: Surveyed,
  wish: Wish,
  chunks: IngestChunks,
  outcome: Outcome,
  progress: Progress,
): Promise<ReadFile> {
  const finder = new DirectionFinder(wish.seenFrom);
  const settle = async (lines: readonly (Settled | ImportedEvent)[]): Promise<void> => {
    for (const line of lines) {
      const place = { file, line: line.line };
      if (line.kind === 'event') continue;
      if (line.kind === 'skipped') {
        outcome.skipped(place, line.reason);
        continue;
      }
      const { charger, time } = completed(line, wish);
      outcome.frame(line, charger, time);
      progress.show(outcome.frames, file);
      await chunks.add({ frame: line, charger, time, version: line.version ?? wish.version, place });
    }
  };
  try {
    const source = await open();
    for await (const lines of format.read(source.chunks, wish)) {
      await settle(lines.flatMap((line) => (line.kind === 'frame' ? finder.take(line) : [line])));
    }
    await settle(finder.end());
  } catch (error) {
    if (error instanceof MissingOption)
      throw new UsageError(`${file}: ${error.message}${await soFar(chunks, outcome)}`);
    const failure = readFailure(error);
    if (failure === null) throw error;
    await settle(finder.end());
    return { file, format: format.name, evidence, failure };
  }
  return { file, format: format.name, evidence, failure: null };
}

/** Of several files, or of one that lacks something late, a part may be stored already. */
async function soFar(chunks: IngestChunks, outcome: Outcome): Promise<string> {
  await chunks.sent();
  const stored = outcome.accepted + outcome.duplicates;
  return stored === 0 ? '' : `; ${stored} frames before it are stored, importing them again adds nothing`;
}

function completed(
  frame: Settled & { readonly kind: 'frame' },
  wish: Wish,
): { charger: string; time: string } {
  const charger = frame.charger ?? wish.charger;
  if (charger === null) throw new MissingOption('the log names no charging station: add --charger ID');
  const time = frame.time ?? wish.start;
  if (time === null)
    throw new MissingOption('the log bears no times: add --start, such as --start 2026-01-31T12:00:00Z');
  return { charger, time };
}
