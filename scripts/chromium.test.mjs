import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findChromium } from './chromium.mjs';

test('one that is named comes first, then the system’s, then the one from npm', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-chromium-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const system = join(folder, 'chromium-of-the-system');
  const unpacked = join(folder, 'unpacked');
  const found = (named) => findChromium(named, [join(folder, 'missing'), system], unpacked)?.path;

  assert.equal(found('/opt/chrome'), '/opt/chrome');
  assert.equal(found(''), undefined);
  mkdirSync(unpacked);
  writeFileSync(join(unpacked, 'chromium'), '');
  assert.equal(found(''), join(unpacked, 'chromium'));
  writeFileSync(system, '');
  assert.equal(found(''), system);
  assert.equal(found('npm'), join(unpacked, 'chromium'));
  assert.equal(findChromium('npm', [], unpacked)?.env.LD_LIBRARY_PATH, join(unpacked, 'al2023', 'lib'));
  assert.deepEqual(findChromium('', [system], unpacked)?.env, {});
});
