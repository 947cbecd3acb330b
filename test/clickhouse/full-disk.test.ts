/** A full disk under a folder that is shipped is what it is under one that is not, and what was taken is in ClickHouse. */

import { after, before, test } from 'node:test';
import { fullDisk } from '../faults/full-disk.ts';
import { HttpEngine } from './http-engine.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

test(
  'a full disk with ClickHouse: the same as without, and nothing is lost that was taken',
  { timeout: 400_000 },
  (t) => fullDisk(t, `store:\n  clickhouse: {url: "${url}", database: full_of_test}\n`),
);
