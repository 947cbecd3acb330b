/** How many questions faults of before take. What they come to: the conformance of stores. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEntry, firstIdAt } from '@ocpp-logs/core';
import { entryAt, wireOf } from '../conformance/entries.ts';
import { type ReadEntries, Reading } from '../sessions/reading.ts';
import { faultsBefore } from './faults-before.ts';

const AT = Date.UTC(2026, 4, 3);

/** A NotifyEvent of 200 connectors, all with a problem. */
function problems(charger: string) {
  const eventData = Array.from({ length: 200 }, (_, n) => ({
    component: { name: 'Connector', evse: { id: n + 1, connectorId: 1 } },
    variable: { name: 'Problem' },
    actualValue: 'true',
  }));
  const request = wireOf(`[2,"m1","NotifyEvent",${JSON.stringify({ eventData })}]`);
  const entry = entryAt(AT, { charger, version: '2.0.1', action: 'NotifyEvent', request, fields: {} });
  return { ...encodeEntry(firstIdAt(AT), entry), site: 'depot' };
}

test('of more than 1,000 places that are faulted nothing is asked, and nothing known', async () => {
  const chargers = ['CP1', 'CP2', 'CP3', 'CP4', 'CP5', 'CP6'];
  let asked = 0;
  const read: ReadEntries = async function* ({ filters: [filter] }) {
    if (filter?.actions?.includes('NotifyEvent') === true) yield chargers.map(problems);
    else if (filter?.chargers !== null) asked += 1;
  };
  const site = { id: 'depot', name: 'Depot', kept: 0 };
  const faults = await faultsBefore({ reading: new Reading(read), site, to: AT + 1_000 });
  assert.deepEqual(
    chargers.map((charger) => faults.get(charger)?.length ?? 0),
    [200, 200, 200, 200, 200, 0],
  );
  // Whether a status came since, and a boot.
  assert.equal(asked, 2_000);
});
