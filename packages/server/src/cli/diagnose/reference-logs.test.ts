/** Verdicts on logs that nobody here wrote: what docs/design/verdicts.md and docs/diagnose.md say of them. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runFor } from '../terminal-double.ts';

const DATA = fileURLToPath(new URL('../../../../../../shared/data', import.meta.url));
const skip = existsSync(DATA) ? false : `${DATA} is not there`;

/** Verdict and what else was seen of each session, then what is told of each station; the most frequent once. */
async function diagnosed(file: string): Promise<Record<string, number>> {
  const { status, output } = await runFor(['diagnose', `${DATA}/${file}`, '--json']);
  assert.equal(status, 0);
  const counts: Record<string, number> = {};
  for (const line of output.split('\n')) {
    if (line === '') continue;
    const { verdict, conclusion, finding } = JSON.parse(line);
    if (finding !== undefined) {
      const said = `found ${finding.code}`;
      counts[said] = (counts[said] ?? 0) + finding.count;
      continue;
    }
    const also = verdict?.also.map(({ rule }: { readonly rule: string }) => rule) ?? [];
    const said = verdict === undefined ? `station ${conclusion.rule}` : [verdict.rule, ...also].join(', ');
    counts[said] = (counts[said] ?? 0) + 1;
  }
  return counts;
}

const TRACES: Readonly<Record<string, Record<string, number>>> = {
  'failed-auth': {
    'authorisation-refused, connector-fault': 1,
    'station faulted': 1,
    'found field-length': 3,
  },
  'meter-value-gap': { 'no-energy': 1 },
  'normal-session': { charged: 1 },
  'short-session': { charged: 1, 'found field-missing': 3 },
  'slow-csms-response': { 'station boot-late': 1 },
  'station-offline': { charging: 1 },
  'status-transition-violation': { 'station status-jump': 1 },
  'unexpected-start': { 'charged, started-before-authorised': 1 },
  'unexpected-stop-reason': { 'stop-other': 1 },
};

for (const [name, said] of Object.entries(TRACES)) {
  test(`the trace ${name}`, { skip }, async () => {
    assert.deepEqual(await diagnosed(`open-ocpp-trace/${name}/trace.jsonl`), said);
  });
}

test('14 days of two stations', { skip }, async () => {
  assert.deepEqual(await diagnosed('kwwhat/ocpp_1_6_synthetic_logs_14d.csv'), {
    'register-wrong, meter-jump': 39,
    'connector-fault': 101,
    'station csms-unanswered': 2,
    'station faulted': 1,
    'station register-falls': 1,
    'station status-jump': 1,
    'found call-unanswered': 240,
    'found two-calls-outstanding': 358,
    'found version-assumed': 8838,
  });
});
