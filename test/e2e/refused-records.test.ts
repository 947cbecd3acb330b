import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { assertNothingUnrecorded } from './refused-records.ts';
import { startServer, temporaryFolder } from './running-server.ts';

test('no job is begun that control.db takes no record of', { timeout: 110_000 }, async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const server = await startServer({ folder, config: 'sites: [{ id: depot, retention_days: 0 }]\n' });
  t.after(() => server.stop('SIGKILL'));
  const beside = new DatabaseSync(join(folder, 'control.db'), { timeout: 5_000 });
  t.after(() => beside.close());
  await assertNothingUnrecorded(server, {
    tables: ['audit'],
    refuse: async (table) =>
      beside.exec(
        `CREATE TRIGGER refused BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'no room for it'); END`,
      ),
    again: async () => beside.exec('DROP TRIGGER refused'),
  });
});
