/** The unit files of deploy/, by systemd's own judgement. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));
const UNITS = readdirSync(DEPLOY).filter((name) => /\.(?:service|timer)$/.test(name));
/** What docs/deployment.md tells of it, in tenths. */
const EXPOSURE = 17;

interface Judged {
  readonly status: number | null;
  readonly said: string;
}

/** null, and the test is skipped, where there is no systemd to ask. */
function judged(t: TestContext, args: readonly string[]): Judged | null {
  const { error, status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  if (error === undefined) return { status, said: stdout + stderr };
  t.skip(`NOT TESTED: systemd-analyze cannot be run here: ${error.message}`);
  return null;
}

/** As they are, but for the program that they start: where Node lies here is not where it lies there. */
function placed(t: TestContext, change: (text: string) => string = (text) => text): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-units-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return UNITS.map((name) => {
    const path = join(folder, name);
    const text = readFileSync(join(DEPLOY, name), 'utf8').replaceAll(
      '=/usr/bin/node ',
      `=${process.execPath} `,
    );
    writeFileSync(path, change(text));
    return path;
  });
}

test('systemd finds nothing wrong in the units', (t) => {
  assert.ok(UNITS.length >= 3, UNITS.join());
  const found = judged(t, ['verify', '--man=no', ...placed(t)]);
  if (found !== null) assert.deepEqual(found, { status: 0, said: '' });
});

test('and would find what is wrong', (t) => {
  const wrong = placed(t, (text) => text.replace('ProtectSystem=strict', 'ProtectSystme=strict'));
  const found = judged(t, ['verify', '--man=no', ...wrong]);
  if (found !== null) assert.match(found.said, /ProtectSystme/);
});

test('systemd rates the service as docs/deployment.md tells', (t) => {
  const [service = ''] = placed(t).filter((path) => path.endsWith('/ocpp-logs.service'));
  const args = ['security', '--offline=true', `--threshold=${EXPOSURE}`, '--no-pager', service];
  const found = judged(t, args);
  if (found === null) return;
  assert.equal(found.status, 0, found.said);
  const docs = readFileSync(join(DEPLOY, '../docs/deployment.md'), 'utf8');
  assert.ok(docs.includes(`\`systemd-analyze security\` rates it ${(EXPOSURE / 10).toFixed(1)}`));
});
