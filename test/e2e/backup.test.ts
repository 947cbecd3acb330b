/** Back-ups of a server that goes on recording. */

import assert from 'node:assert/strict';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ADMIN_TOKEN, type RunningServer, run, startServer, temporaryFolder } from './running-server.ts';

const START = Date.UTC(2026, 0, 31, 23, 59);
const A_PUSH = 20;

/** Pushes calls and their answers until told to stop; tells how many were answered for, which are on the disk then. */
function pushing(server: RunningServer): { acknowledged: () => number; stop: () => Promise<void> } {
  let acknowledged = 0;
  let going = true;
  const pushes = (async () => {
    for (let push = 0; going; push += 1) {
      const lines = Array.from({ length: A_PUSH }, (_, at) => {
        const n = push * A_PUSH + at;
        const line = { charger_id: `CP${n % 7}`, occurrence_time: new Date(START + n * 10).toISOString() };
        const call = { ...line, direction: 'station_to_csms', frame: `[2,"m${n}","Heartbeat",{}]` };
        const answer = { ...line, direction: 'csms_to_station', frame: `[3,"m${n}",{"currentTime":"x"}]` };
        return `${JSON.stringify(call)}\n${JSON.stringify(answer)}\n`;
      });
      const response = await fetch(`${server.url}/ocpp-logs/site/depot`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
        body: lines.join(''),
      });
      const { accepted } = (await response.json()) as { readonly accepted: number };
      assert.equal(accepted, 2 * A_PUSH);
      acknowledged += A_PUSH;
    }
  })();
  return {
    acknowledged: () => acknowledged,
    stop: async () => {
      going = false;
      await pushes;
    },
  };
}

test('each back-up beside a server that records is sound and holds all that was acknowledged before it', async (t) => {
  const server = await startServer({ config: 'sites:\n  - id: depot\n' });
  t.after(() => server.stop('SIGKILL'));
  const root = await temporaryFolder();
  t.after(() => rm(root, { recursive: true, force: true }));
  const load = pushing(server);
  t.after(() => load.stop());
  const heldBefore: number[] = [];
  for (const round of [1, 2]) {
    const before = load.acknowledged();
    const made = await run(['backup', join(root, `round-${round}`), '--data', server.folder, '--json']);
    assert.equal(made.code, 0, made.stderr);
    const { path, entries, problems } = JSON.parse(made.stdout);
    assert.deepEqual(problems, []);
    assert.ok(entries >= before, `${entries} entries, ${before} were acknowledged`);
    heldBefore.push(before);
    const restored = join(root, `restored-${round}`);
    const back = await run(['restore', path, '--data', restored]);
    assert.equal(back.code, 0, back.stderr);
    const sound = await run(['check', '--data', restored]);
    assert.equal(sound.stdout, `${restored} is sound\n`);
  }
  for (const folder of [server.folder, root]) {
    for (const path of await readdir(folder, { recursive: true })) {
      if (path === 'config.yaml') continue;
      const { mode } = await stat(join(folder, path));
      assert.equal(mode & 0o077, 0, `${path} is for its own user alone`);
    }
  }
  assert.ok((heldBefore.at(-1) ?? 0) > 0, 'something was recorded beside the back-ups');
  await load.stop();

  const again = await startServer({ folder: join(root, 'restored-2') });
  t.after(() => again.stop('SIGKILL'));
  const response = await again.get('/ocpp-logs/site/depot?from=2026-01-01&to=2100-01-01&take=1');
  const { count } = (await response.json()) as { readonly count: number };
  assert.ok(count >= (heldBefore.at(-1) ?? 0));
});
