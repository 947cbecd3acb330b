import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { openStore, put, temporaryFolder } from './fixtures.ts';
import { OLDER_SITE_FILES } from './layout.ts';
import { Connection, OlderLayoutError } from './sql.ts';
import { openWriter } from './writer.ts';

for (const mark of OLDER_SITE_FILES) {
  test(`a folder of layout ${mark.toString(16)} is refused, and left as it is`, (t) => {
    const folder = temporaryFolder(t);
    const { writer } = openStore(t, folder);
    put(writer, 'depot', [entryAt(DEPOT_TIME)]);
    writer.close();
    const path = join(folder, 'logs', '00000001.db');
    const db = new Connection(path, { readOnly: false, busy: 1000 });
    db.exec(`PRAGMA application_id = ${mark}`);
    db.close();
    const open = () => openWriter({ folder, derive: (entry) => entry, report: () => undefined });
    assert.throws(open, OlderLayoutError);
    assert.ok(existsSync(path));
  });
}
