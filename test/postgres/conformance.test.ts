/** The suite for all stores of control data, on PostgreSQL. */

import { test } from 'node:test';
import { controlConformance } from '../../packages/server/src/store/control/conformance.ts';
import { readAddress } from '../../packages/server/src/store/postgres/address.ts';
import { PostgresDatabase } from '../../packages/server/src/store/postgres/database.ts';
import { LACKING, openCluster } from './cluster.ts';

if (LACKING !== false) test('control data in PostgreSQL', { skip: LACKING });
else {
  const cluster = await openCluster();
  controlConformance('PostgreSQL', async (t) => {
    const url = await cluster.database();
    return async () => {
      const store = await PostgresDatabase.open(readAddress({ url, connections: 4 }));
      t.after(() => store.close());
      return store;
    };
  });
}
