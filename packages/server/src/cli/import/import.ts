import { counted, OCPP_VERSIONS } from '@ocpp-logs/core';
import type { Settings } from '../../config.ts';
import { type ImportResult, importAll } from '../../import/engine.ts';
import { FORMATS } from '../../import/formats.ts';
import { fileInput, type ImportInput, pipeInput } from '../../import/input.ts';
import { type FileReport, fileReport, totals } from '../../import/report.ts';
import { freeBytes, NoRoomError, RoomySink } from '../../import/room.ts';
import { notedForNodes } from '../../import/several-nodes.ts';
import { LARGE_CHUNKS } from '../../import/sink.ts';
import { auditedBy } from '../audited.ts';
import { type Call, type Command, CommandError, textFlag, UsageError } from '../command.ts';
import { onInterruption } from '../interruption.ts';
import { FOLDER_OPTIONS, settingsOf } from '../settings.ts';
import { LateSink, type OpenSink } from './late-sink.ts';
import { checkSite, chunkBounds, openDrySink, openSink } from './open-sink.ts';
import { Progress } from './progress.ts';
import { failureLines, reportJson, reportText } from './report-text.ts';
import { readWish } from './wish.ts';

const DEFAULT_SITE = 'imported';
const PIPE = '-';

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
      aliases: ['timezone'],
      value: 'ZONE',
      describe: 'IANA name such as Europe/Berlin, where the times bear no zone.',
    },
    date: { value: 'DAY', describe: 'Day such as 2026-01-31, where the times bear none.' },
    'ocpp-version': {
      value: 'V',
      describe: `One of ${OCPP_VERSIONS.join(', ')}, where the log names none; told by the messages unless given.`,
    },
    'seen-from': {
      value: 'SIDE',
      describe: 'station or csms: who wrote the log, so what "send" means; told by the actions unless given.',
    },
    'dry-run': { describe: 'Read everything, show what it would make, import nothing.' },
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
    const site = textFlag(call, 'site') ?? DEFAULT_SITE;
    checkSite(site);
    const dryRun = call.flags['dry-run'] === true;
    const settings = settingsOf(call);
    const { result, status } = await readFiles(call, settings, site, dryRun);
    const shared = settings.control.postgres.url !== '';
    const read = result.files.map(fileReport);
    const files = shared ? read.map(notedForNodes) : read;
    const told = { site, dryRun, files, interrupted: result.interrupted };
    const { output, errors, columns } = call.terminal;
    // Where nothing could be stored, the reason alone says it all.
    const { accepted, duplicates } = totals(files);
    if (!dryRun && accepted + duplicates > 0) {
      await auditedBy(call, 'import-run', { site, details: { files: files.length, accepted, duplicates } });
    }
    if (result.error !== null && accepted + duplicates === 0) throw result.error;
    output.write(call.flags.json === true ? `${reportJson(told)}\n` : reportText(told, columns));
    for (const line of failureLines(files)) errors.write(`${line}\n`);
    if (result.error !== null) throw result.error;
    if (!result.interrupted) return statusOf(result, files);
    errors.write(
      `stopped: ${counted(accepted + duplicates, 'frame is', 'frames are')} stored; import again, nothing is added twice\n`,
    );
    return status;
  },
};

interface Ended {
  readonly result: ImportResult;
  /** Exit status of an interrupted run. */
  readonly status: number;
}

async function readFiles(call: Call, settings: Settings, site: string, dryRun: boolean): Promise<Ended> {
  const inputs = inputsOf(call);
  const options = readWish(call);
  const progress = new Progress(call.terminal);
  const report = (line: string) => {
    progress.clear();
    call.terminal.errors.write(`${line}\n`);
  };
  const sink = new LateSink(async () =>
    dryRun
      ? await openDrySink(settings, site, report)
      : withRoom(await openSink(settings, site, report), settings.data),
  );
  const interruption = onInterruption();
  try {
    const result = await importAll(inputs, {
      options,
      sink,
      bounds: dryRun ? LARGE_CHUNKS : chunkBounds(settings),
      signal: interruption.signal,
      onProgress: (so) => progress.show(so),
      bytesMax: null,
      unpackedMax: settings.imports.max_unpacked_bytes,
    });
    return { result, status: interruption.status };
  } finally {
    progress.clear();
    interruption.release();
    await sink.close();
  }
}

/** Of a running server too: it has its folder on this machine. */
function withRoom(sink: OpenSink, folder: string): OpenSink {
  const roomy = new RoomySink(sink, () => freeBytes(folder));
  return {
    async ingest(body, last) {
      try {
        return await roomy.ingest(body, last);
      } catch (error) {
        throw error instanceof NoRoomError ? new CommandError(error.message) : error;
      }
    },
    close: () => sink.close(),
  };
}

function inputsOf({ words, terminal }: Call): readonly ImportInput[] {
  if (words.length === 0) {
    throw new UsageError(
      'ocpp-logs import: a file must follow, or - for a pipe (see ocpp-logs import --help)',
    );
  }
  if (words.filter((word) => word === PIPE).length > 1) throw new UsageError('- is given twice');
  return words.map((word) => (word === PIPE ? pipeInput(PIPE, terminal.input) : fileInput(word)));
}

/** 2 where an option is missing, 1 where a file failed or nothing was found. */
function statusOf({ files }: ImportResult, reports: readonly FileReport[]): number {
  if (files.some(({ lacking }) => lacking)) return 2;
  if (reports.some(({ failure }) => failure !== null)) return 1;
  return reports.some(({ frames, events }) => frames + events > 0) ? 0 : 1;
}
