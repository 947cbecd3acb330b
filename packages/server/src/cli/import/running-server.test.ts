import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DataFolder } from '../../folder.ts';
import { runFor } from '../terminal-double.ts';

let base = '';
let data = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'ocpp-logs-import-'));
  data = join(base, 'data');
});
afterEach(() => rmSync(base, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(base, name);
  writeFileSync(path, content);
  return path;
}

async function report(args: readonly string[]): Promise<Record<string, unknown>> {
  const { output } = await runFor(['import', ...args, '--data', data, '--json']);
  return JSON.parse(output);
}

interface Posted {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly lines: readonly Record<string, unknown>[];
}

test('a running server gets the frames in chunks over its own route, the last one marked', async () => {
  const posted: Posted[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync<Buffer>(request)).toString();
    const lines = body.split('\n').map((line): Record<string, unknown> => JSON.parse(line));
    posted.push({ url: request.url ?? '', headers: request.headers, lines });
    // The site is new to it at first.
    response.statusCode = posted.length === 1 ? 404 : 200;
    const rejected = posted.length === 2 ? [{ line: 2, reason: 'no good' }] : [];
    const accepted = lines.length - rejected.length;
    response.setHeader('x-ocpp-logs-entries', `exchange=${accepted},other=1`);
    response.end(JSON.stringify({ accepted, duplicates: 0, rejected }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const holder = DataFolder.hold(data, 'serve');
  holder.announce({ command: 'serve', url: `http://127.0.0.1:${address.port}`, token: 'secret-token' });
  try {
    const lines = Array.from({ length: 1_001 }, (_, at) => `[2,"${at}","Heartbeat",{}]`);
    const log = file('p.log', lines.join('\n'));
    const told = await report([
      log,
      '--charger',
      'C 1',
      '--site',
      'a/b',
      '--start',
      '2024-02-01',
      '--ocpp-version',
      '1.6',
    ]);
    const [of] = told.files as readonly Record<string, unknown>[];
    assert.deepEqual([told.frames, told.accepted, told.skipped_lines], [1_001, 1_000, 1]);
    assert.deepEqual([of?.entries, of?.skipped], [{ exchange: 1_000 }, [{ line: 2, reason: 'no good' }]]);
  } finally {
    holder.release();
    server.close();
  }
  const [refused, first, last] = posted;
  assert.deepEqual(refused?.lines, first?.lines);
  assert.deepEqual(
    posted.map(({ lines, headers }) => [lines.length, headers['x-ocpp-logs-end']]),
    [
      [1_000, undefined],
      [1_000, undefined],
      [1, '1'],
    ],
  );
  assert.equal(last?.url, '/rest/v1/ocpp-logs/site/a%2Fb');
  assert.equal(last.headers.authorization, 'Bearer secret-token');
  assert.equal(last.headers['x-ocpp-logs-source'], 'import');
  assert.deepEqual(last.lines, [
    {
      charger_id: 'C 1',
      occurrence_time: '2024-02-01T00:00:00.000Z',
      direction: 'station_to_csms',
      frame: '[2,"1000","Heartbeat",{}]',
      ocpp_version: '1.6',
      untimed: true,
    },
  ]);
});
