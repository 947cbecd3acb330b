import { OCPP_VERSIONS } from '@ocpp-logs/core';
import { type Call, type Command, choiceFlag, textFlag, UsageError } from '../command.ts';
import { onInterruption } from '../interruption.ts';
import { FOLDER_OPTIONS } from '../settings.ts';
import { actionText, formOf, listText, requiredFields } from './command-list.ts';
import { payloadOfWords } from './payload-words.ts';
import { openServer } from './server-client.ts';
import { findStation } from './station.ts';
import { refusal, showAnswer } from './station-answer.ts';

const PIPE = '-';
const PIPE_MAX = 1024 * 1024;

export const stationCommand: Command = {
  name: ['command'],
  summary: 'Call a station that is connected to the built-in CSMS, and show its answer.',
  words: 'CHARGER ACTION [JSON | - | FIELD=VALUE...]',
  options: {
    site: { value: 'ID', describe: 'Site of the charger; needed where several sites have one of this name.' },
    list: { describe: 'Show what stations can be called with; with an action, all its fields.' },
    'ocpp-version': {
      value: 'V',
      describe: `With --list: one of ${OCPP_VERSIONS.join(', ')}; 1.6 unless given.`,
    },
    json: { describe: "Print the server's whole answer as one line of JSON." },
    url: {
      value: 'URL',
      describe: "http:// or https:// address of the server; that of the data folder's unless given.",
    },
    key: { value: 'BEARER', describe: 'Bearer key with the scope admin, or OCPP_LOGS_KEY; for --url.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs command CP_1 Reset type=Soft', 'restart a station'],
    ['ocpp-logs command CP_1 GetConfiguration', 'all that it is set to'],
    ['ocpp-logs command CP_1 ChangeConfiguration key=HeartbeatInterval value=60', 'fields of a flat payload'],
    ['ocpp-logs command CP_2 UnlockConnector evseId=1 connectorId=1', 'a station of OCPP 2.0.1'],
    [
      'ocpp-logs command CP_2 TriggerMessage requestedMessage=StatusNotification evse.id=1',
      'a dot leads into an object',
    ],
    [`ocpp-logs command CP_1 RemoteStartTransaction '{"idTag":"04A2"}'`, 'any payload, as JSON'],
    ['ocpp-logs command CP_1 SetChargingProfile - < profile.json', 'from a file'],
    ['ocpp-logs command --list --ocpp-version 2.0.1', 'every action and its fields'],
    ['ocpp-logs command --list SetChargingProfile', 'one action in full'],
  ],
  async run(call) {
    if (call.flags.list === true) return list(call);
    if (textFlag(call, 'ocpp-version') !== undefined) {
      throw new UsageError('--ocpp-version goes with --list; a station is spoken to in the version it chose');
    }
    const [charger, action, ...rest] = call.words;
    if (charger === undefined || action === undefined) {
      throw new UsageError(
        'ocpp-logs command: a charger and an action must follow, such as CP_1 Reset type=Soft (see ocpp-logs command --help)',
      );
    }
    if (/^\s*[{[]/.test(textFlag(call, 'data') ?? '')) {
      throw new UsageError(
        `--data names the data folder; a payload stands behind the action: ocpp-logs command ${charger} ${action} '{...}'`,
      );
    }
    const interruption = onInterruption();
    try {
      return await send(call, charger, action, rest, interruption.signal);
    } catch (error) {
      if (!interruption.signal.aborted) throw error;
      call.terminal.errors.write('stopped: if the call had gone out already, its answer is in the log\n');
      return interruption.status;
    } finally {
      interruption.release();
    }
  },
};

async function send(
  call: Call,
  charger: string,
  action: string,
  words: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const server = await openServer(call, signal);
  const { site, version } = await findStation(server, charger, textFlag(call, 'site'));
  const form = formOf(version, action);
  const needed = requiredFields(form);
  if (words.length === 0 && needed !== '') {
    const list = `ocpp-logs command --list ${action}${version === '1.6' ? '' : ` --ocpp-version ${version}`}`;
    throw new UsageError(`${action} of OCPP ${version} needs ${needed}; ${list} shows all its fields`);
  }
  const [only] = words;
  const isText = words.length === 1 && only !== undefined && (only === PIPE || /^\s*[{[]/.test(only));
  const payload = isText ? await jsonOf(call, only) : payloadOfWords(words, form.request);
  const path = `/sites/${encodeURIComponent(site)}/chargers/${encodeURIComponent(charger)}/commands`;
  const body = `{"action":${JSON.stringify(action)},"payload":${payload}}`;
  const { status, text } = await server.ask('POST', path, body);
  if (status !== 200) throw refusal(status, text);
  if (call.flags.json !== true) return showAnswer(call.terminal, charger, action, text);
  call.terminal.output.write(`${text}\n`);
  const { outcome }: { readonly outcome: string } = JSON.parse(text);
  return outcome === 'answered' ? 0 : 1;
}

async function jsonOf({ terminal }: Call, word: string): Promise<string> {
  const text = word === PIPE ? await readAll(terminal.input) : word;
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const where = word === PIPE ? 'what came through the pipe' : 'the payload';
    throw new UsageError(`${where} is no JSON: ${error.message}`);
  }
}

async function readAll(input: AsyncIterable<unknown>): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of input) {
    const bytes = piece instanceof Uint8Array ? Buffer.from(piece) : Buffer.from(String(piece));
    length += bytes.length;
    if (length > PIPE_MAX) throw new UsageError(`the payload is larger than ${PIPE_MAX} bytes`);
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function list(call: Call): number {
  const version = choiceFlag(call, 'ocpp-version', OCPP_VERSIONS) ?? '1.6';
  const [action, more] = call.words;
  if (more !== undefined) throw new UsageError('with --list one action may follow, and nothing else');
  const { output, columns } = call.terminal;
  output.write(
    action === undefined ? listText(version, columns) : actionText(formOf(version, action), version, columns),
  );
  return 0;
}
