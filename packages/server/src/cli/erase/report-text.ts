/** What an erasure found and did, for a person. */

import { counted } from '@ocpp-logs/core';
import type { Erased } from './eraser.ts';

export function erasedText(erased: Erased): string {
  const { dry_run: dry, entries, occurrences, files, replacement, report, first } = erased;
  const lines: string[] = [];
  if (entries === 0) lines.push('no entry holds it');
  else {
    const what = `${counted(entries, 'entry', 'entries')}, ${counted(occurrences, 'occurrence')}, ${counted(files, 'file')}`;
    lines.push(dry ? `${what} hold it, since ${first}` : `${what}: replaced by ${replacement}`);
  }
  if (erased.unreadable > 0) lines.push(`${counted(erased.unreadable, 'entry', 'entries')} cannot be read`);
  if (erased.files_kept > 0) lines.push(`${counted(erased.files_kept, 'file')} could not be written anew`);
  lines.push(...inClickHouse(erased));
  if (report === null) return text([...lines, ...otherNodes(erased)]);
  const exports = counted(report.exports_removed, 'kept export');
  if (report.exports_removed > 0) lines.push(dry ? `${exports} would be removed` : `removed ${exports}`);
  for (const [table, rows] of Object.entries(report.control)) lines.push(`control.db, ${table}: ${rows}`);
  if (report.backups.length > 0) lines.push('back-ups that may still hold it:');
  for (const { path, made, there } of report.backups)
    lines.push(`  ${path}, of ${made}${there ? '' : ' (not found there now)'}`);
  if (report.downloads > 0)
    lines.push(
      `exports of the site were downloaded ${counted(report.downloads, 'time')} since the first entry`,
    );
  const { unclear_downloads: unclear } = report;
  if (unclear > 0) {
    lines.push(
      `exports of more sites than the audit log names were downloaded ${counted(unclear, 'time')} since then: this may be one of them`,
    );
  }
  if (report.set_aside > 0)
    lines.push(
      `${counted(report.set_aside, 'file in set-aside/ was', 'files in set-aside/ were')} not looked into`,
    );
  return text([...lines, ...otherNodes(erased)]);
}

/** What is left of it there. */
function inClickHouse({ state, report }: Erased): readonly string[] {
  const engine = report?.clickhouse ?? null;
  const lines: string[] = [];
  if (state === 'shipping') {
    if (engine?.state === 'merging') {
      const rows = engine.rows_left === null ? 'rows' : counted(engine.rows_left, 'row');
      lines.push(
        `nobody finds it in ClickHouse any more; ${rows} of before are to be merged away, which goes on`,
      );
    } else if (engine?.state === 'removing') {
      const parts = counted(engine.parts_left.length, 'part');
      lines.push(`no row of ClickHouse holds it any more; ${parts} that were merged are to leave its disk`);
    } else {
      lines.push(
        'ClickHouse has not taken what was changed yet, and still holds it: a server that runs on the folder brings it there',
      );
    }
  }
  if (engine !== null && engine.problem !== null) lines.push(`${engine.problem}; it is tried again`);
  const detached = engine?.detached_parts ?? [];
  if (detached.length > 0) {
    lines.push('detached parts of ClickHouse that were not looked into, and may hold it:');
    for (const name of detached) lines.push(`  ${name}`);
  }
  return lines;
}

const NOT_DONE = {
  waiting: 'has not done its part: it does so when it is back',
  running: 'has not ended its part',
  shipping: 'has erased it, and something of it is still in ClickHouse',
  incomplete: 'could not read or write everything',
  gone: 'is gone, and of what it recorded nothing was erased',
} as const;

/** What nodes have not done; of a dry run, those that were not asked. */
function otherNodes({ dry_run: dry, nodes }: Erased): readonly string[] {
  return (nodes ?? []).flatMap(({ node, folder, state }) => {
    if (state === 'done') return [];
    if (dry && state === 'waiting') return [`not counted at node ${node} (${folder})`];
    return [`node ${node} (${folder}) ${NOT_DONE[state]}`];
  });
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
