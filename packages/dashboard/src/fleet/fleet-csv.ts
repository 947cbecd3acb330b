/** The table as a file: one line a row, what nobody knows left empty. */

import type { FleetRowBody } from './fleet-answers.ts';

type Cell = string | number | null;

const COLUMNS: readonly (readonly [name: string, cell: (row: FleetRowBody) => Cell])[] = [
  ['site_id', (row) => row.site_id],
  ['site_name', (row) => row.site_name],
  ['charger_id', (row) => row.charger_id],
  ['vendor', (row) => row.vendor],
  ['model', (row) => row.model],
  ['firmware', (row) => row.firmware],
  ['stations', (row) => row.stations],
  ['uptime', (row) => row.uptime.share],
  ['watched_ms', (row) => row.uptime.watched_ms],
  ['connected_ms', (row) => row.uptime.connected_ms],
  ['faulted_ms', (row) => row.uptime.faulted_ms],
  ['tries', (row) => row.tries.count],
  ['succeeded', (row) => row.tries.succeeded],
  ['failed', (row) => row.tries.failed],
  ['open', (row) => row.tries.open],
  ['first_tries', (row) => row.first_tries.of],
  ['first_success', (row) => row.first_tries.share],
  ['first_success_low', (row) => row.first_tries.low],
  ['first_success_high', (row) => row.first_tries.high],
  ['causes', (row) => row.causes.map(({ rule, count }) => `${rule} ${count}`).join('; ')],
  ['csms_p50_ms', (row) => row.answer_times.csms.p50_ms],
  ['csms_p95_ms', (row) => row.answer_times.csms.p95_ms],
  ['csms_unanswered', (row) => row.answer_times.csms.unanswered],
  ['station_p50_ms', (row) => row.answer_times.station.p50_ms],
  ['station_p95_ms', (row) => row.answer_times.station.p95_ms],
  ['station_unanswered', (row) => row.answer_times.station.unanswered],
  ['findings', (row) => row.findings.map(({ code, count }) => `${code} ${count}`).join('; ')],
  ['findings_complete', (row) => String(row.findings_complete)],
  ['connections', (row) => row.connections],
  ['boots', (row) => row.boots],
  ['entries', (row) => row.entries],
];

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180, with a mark that spreadsheets know UTF-8 by. */
export function fleetCsv(rows: readonly FleetRowBody[]): string {
  const lines = rows.map((row) => COLUMNS.map(([, cell]) => cellText(cell(row))).join(','));
  return `\uFEFF${[COLUMNS.map(([name]) => name).join(','), ...lines].join('\r\n')}\r\n`;
}
