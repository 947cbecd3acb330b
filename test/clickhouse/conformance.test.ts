/** The suite for all stores on a real engine of ClickHouse. */

import { after, before } from 'node:test';
import { storeConformance } from '../../packages/server/src/store/conformance.ts';
import { openStore } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';

const engine = new HttpEngine();
let url = '';
before(async () => {
  url = await engine.listen();
});
after(() => engine.close());

storeConformance('clickhouse', () => openStore(url));
