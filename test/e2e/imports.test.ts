/** Imports that are cut off, and what importing again makes of them. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, PROGRAM, run, temporaryFolder } from './running-server.ts';

const EXCHANGES = 15_000;
const OPTIONS = ['--charger', 'CP_1', '--site', 's'] as const;

/** Every answer comes a second after its call, with other calls in between: any cut leaves calls that wait. */
function log(): string {
  const lines: string[] = [];
  const time = (second: number, ms: string) =>
    new Date(Date.UTC(2026, 0, 5) + second * 1000).toISOString().replace('000Z', `${ms}Z`);
  for (let at = 0; at <= EXCHANGES; at += 1) {
    if (at < EXCHANGES) lines.push(`${time(at, '100')} >> [2,"m${at}","Heartbeat",{}]`);
    if (at > 0) lines.push(`${time(at, '200')} << [3,"m${at - 1}",{"currentTime":"2026-01-05T00:00:00Z"}]`);
  }
  return `${lines.join('\n')}\n`;
}

function importing(folder: string): ChildProcess & { readonly told: () => string } {
  const args = [...PROGRAM, 'import', '-', ...OPTIONS, '--data', folder];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let told = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  // Whoever ends it breaks its pipe.
  child.stdin?.on('error', () => undefined);
  return Object.assign(child, { told: () => told });
}

async function entries(folder: string): Promise<readonly { readonly outcome: string }[]> {
  const range = ['--from', '2026-01-01', '--to', '2026-02-01', '--kinds', 'exchange,orphan'];
  const args = ['search', '--site', 's', ...range, '--include', 'exchange', '--format', 'ndjson'];
  const { stdout } = await run([...args, '--data', folder]);
  return stdout
    .trim()
    .split('\n')
    .map((line): { readonly outcome: string } => JSON.parse(line).exchange);
}

for (const [signal, status] of [
  ['SIGKILL', null],
  ['SIGINT', 130],
] as const) {
  test(`an import that ${signal} ends is made whole by importing again`, async (t) => {
    const folder = await temporaryFolder();
    t.after(() => rm(folder, { recursive: true, force: true }));
    const data = join(folder, 'data');
    const text = log();
    const whole = join(folder, 'whole.log');
    await writeFile(whole, text);

    const child = importing(data);
    t.after(() => child.kill('SIGKILL'));
    const ended = once(child, 'close');
    child.stdin?.write(text.slice(0, Math.floor(text.length * 0.9)));
    await eventually(
      async () => existsSync(join(data, 'logs', '00000001.db')),
      (there) => there,
    );
    child.kill(signal);
    assert.deepEqual(await ended, [status, status === null ? signal : null]);
    if (status !== null)
      assert.match(
        child.told(),
        /^stopped: [1-9][\d,]* frames are stored; import again, nothing is added twice\n$/,
      );

    const again = JSON.parse((await run(['import', whole, ...OPTIONS, '--json', '--data', data])).stdout);
    assert.equal(again.accepted + again.duplicates, EXCHANGES * 2);
    const stored = await entries(data);
    assert.equal(stored.length, EXCHANGES);
    assert.deepEqual([...new Set(stored.map(({ outcome }) => outcome))], ['answered']);
    const third = JSON.parse((await run(['import', whole, ...OPTIONS, '--json', '--data', data])).stdout);
    assert.deepEqual([third.accepted, third.duplicates, third.entries], [0, EXCHANGES * 2, 0]);
  });
}
