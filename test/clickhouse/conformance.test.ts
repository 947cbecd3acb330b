/** The suite for all stores on a real engine of ClickHouse. */

import { after, before } from 'node:test';
import { storeConformance } from '../../packages/server/src/store/conformance.ts';
import { openStore } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';

/** A server to run on instead, with its user and password. */
const given = process.env.CLICKHOUSE_URL ?? null;
const engine = given === null ? new HttpEngine() : null;
let url = given ?? '';
before(async () => {
  url = (await engine?.listen()) ?? url;
});
after(() => engine?.close());

storeConformance('clickhouse', () => openStore(url));
