/**
 * The engine as a process that a test kills: arguments are its folder and its port. Tells when it begins to insert
 * entries, and when it has, before whoever sent them knows; the first answer of such a kind is left out if `SILENT=1`.
 * Tells, too, when it is to merge.
 */

import { HttpEngine } from './http-engine.ts';

const [folder, port] = process.argv.slice(2);
const http = new HttpEngine(folder, Number(port));
const isEntries = (sql: string) => /^INSERT INTO \w+\.entry /.test(sql);

http.fault = (sql) => {
  if (/^OPTIMIZE /.test(sql)) process.send?.({ entries: 'merging' });
  if (!isEntries(sql)) return null;
  process.send?.({ entries: 'begun' });
  return process.env.SILENT === '1' ? { when: 'after', answer: 'silence' } : null;
};
http.ran = (sql) => {
  if (isEntries(sql)) process.send?.({ entries: 'stored' });
};
process.once('disconnect', () => process.exit(0));
process.send?.({ url: await http.listen() });
