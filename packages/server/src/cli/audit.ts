import { AUDIT_ACTIONS, AUDIT_TAKE_MAX, type AuditRecord } from '../store/audit.ts';
import { type Call, type Command, listFlag, textFlag, UsageError, wholeFlag } from './command.ts';
import { existingControl } from './control-store.ts';
import { FOLDER_OPTIONS } from './settings.ts';
import { table } from './table.ts';
import { readTime } from './time.ts';

const TAKE = 100;

export const audit: Command = {
  name: ['audit'],
  summary: 'Who signed in, made keys, changed settings, called stations, took exports or read raw messages.',
  words: '',
  options: {
    from: { value: 'WHEN', describe: 'Not before this time, such as 2026-01-31.' },
    to: { value: 'WHEN', describe: 'Before this time.' },
    actor: { value: 'NAME', describe: 'Of this user or key alone, by name or id.' },
    actions: { value: 'A,B', describe: `Any of ${AUDIT_ACTIONS.join(', ')}.` },
    site: { value: 'SITE', describe: 'Of this site alone.' },
    take: { value: 'N', describe: `So many at most, the newest; ${TAKE} unless given.` },
    json: { describe: 'One JSON object a line.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs audit', 'the newest records, also beside a running server'],
    ['ocpp-logs audit --actions raw-read,export-downloaded --site depot', 'who took messages of a site'],
  ],
  async run(call) {
    const now = Date.now();
    const wanted = {
      from: timeFlag(call, 'from', now) ?? 0,
      to: timeFlag(call, 'to', now) ?? Number.MAX_SAFE_INTEGER,
      actor: textFlag(call, 'actor') ?? null,
      actions: actionsOf(call),
      site: textFlag(call, 'site') ?? null,
      before: null,
      take: wholeFlag(call, 'take', 1, AUDIT_TAKE_MAX) ?? TAKE,
    };
    const control = await existingControl(call, { reading: true });
    const records = await control.audit.list(wanted);
    await control.close();
    const { output, columns } = call.terminal;
    if (call.flags.json === true) for (const record of records) output.write(`${jsonOf(record)}\n`);
    else output.write(tableOf(records, columns));
    return 0;
  },
};

function timeFlag(call: Call, name: string, now: number): number | undefined {
  const text = textFlag(call, name);
  return text === undefined ? undefined : readTime(name, text, now);
}

function actionsOf(call: Call) {
  const wanted: readonly string[] | undefined = listFlag(call, 'actions');
  if (wanted === undefined) return null;
  const wrong = wanted.find((action) => !AUDIT_ACTIONS.some((known) => known === action));
  if (wrong === undefined) return AUDIT_ACTIONS.filter((action) => wanted.includes(action));
  throw new UsageError(`--actions: "${wrong}" is not allowed; allowed are ${AUDIT_ACTIONS.join(', ')}`);
}

function jsonOf({ at, request, ...rest }: AuditRecord): string {
  return JSON.stringify({ ...rest, time: new Date(at).toISOString(), request_id: request });
}

function tableOf(records: readonly AuditRecord[], width: number): string {
  const rows = records.map((record) => [
    new Date(record.at).toISOString(),
    record.name,
    record.count > 1 ? `${record.action} (${record.count})` : record.action,
    record.site ?? '',
    record.target ?? '',
    record.address ?? '',
    Object.entries(record.details)
      .map(([key, value]) => `${key}=${Array.isArray(value) ? value.join(',') : value}`)
      .join(' '),
  ]);
  const titles = ['TIME', 'WHO', 'WHAT', 'SITE', 'OF', 'ADDRESS', 'DETAILS'];
  return table(
    titles.map((title) => ({ title, whole: title === 'TIME', yields: title === 'DETAILS' })),
    rows,
    width,
  );
}
