import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlConformance } from './conformance.ts';
import { ControlDatabase } from './database.ts';

controlConformance('control.db', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'control-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return async () => {
    const store = new ControlDatabase(folder);
    t.after(() => store.close());
    return store;
  };
});
