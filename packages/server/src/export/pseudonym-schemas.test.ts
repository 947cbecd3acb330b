/** Every message that the official schemas describe, filled with ids as long as they may be, before and after. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import {
  ACTIONS,
  decodeEntry,
  encodeEntry,
  firstIdAt,
  NO_CONTEXT,
  OCPP_VERSIONS,
  type OcppVersion,
  Pseudonyms,
  readMessage,
} from '@ocpp-logs/core';
import { faultOf, sampleRequest } from '../capture/csms/official-schemas.ts';

const IDS = [
  'idtag',
  'token',
  'serialnumber',
  'iccid',
  'imsi',
  'emaids',
  'customeridentifier',
  'vatnumber',
  'csr',
];
const isId = (name: string) => IDS.some((end) => name.toLowerCase().endsWith(end));

/** Ids of 4 characters and of 20, and texts that mention them as often as they may. */
function filled(value: unknown, name: string, id: string): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, name, id));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, key, id)]));
  }
  if (value !== 'x') return value;
  if (isId(name)) return id;
  if (name === 'info' || name === 'techCode') return `${id} ${id}`.slice(0, 50);
  return value;
}

function requestText(version: OcppVersion, action: string, payload: unknown, pseudonyms: Pseudonyms): string {
  const text = JSON.stringify([2, 'm', action, payload]);
  const entry = encodeEntry(firstIdAt(1), {
    kind: 'exchange',
    at: 1,
    charger: 'CP-1',
    connection: null,
    direction: 'station_to_csms',
    version,
    messageId: 'm',
    action,
    outcome: 'pending',
    request: { bytes: Buffer.from(text), payload: null, redacted: [], cut: null },
    answer: null,
    rejection: null,
    error: null,
    answeredAt: null,
    latency: null,
    context: NO_CONTEXT,
    fields: {},
    findings: [],
    event: null,
  });
  pseudonyms.collect(entry);
  return Buffer.from(decodeEntry(pseudonyms.replace(entry)).request?.bytes ?? []).toString();
}

for (const version of OCPP_VERSIONS) {
  test(`messages of ${version} fit their schemas as well as before, and no id is left in them`, () => {
    let checked = 0;
    for (const [action, { versions }] of ACTIONS) {
      if (!versions.includes(version)) continue;
      for (const id of ['Z1X2', 'ZZ11XX22YY33WW44VV55']) {
        const pseudonyms = new Pseudonyms((text) => createHmac('sha256', 'key').update(text).digest());
        const payload = filled(sampleRequest(version, action, true), '', id);
        if (faultOf(version, action, 'request', payload) !== null) continue;
        const message = readMessage(requestText(version, action, payload, pseudonyms));
        assert.ok(message.kind === 'call');
        assert.equal(faultOf(version, action, 'request', message.payload), null);
        if (JSON.stringify(payload).includes(id) && pseudonyms.size > 0) {
          assert.ok(!JSON.stringify(message.payload).includes(id));
          checked += 1;
        }
      }
    }
    assert.ok(checked > 5, `${checked}`);
  });
}
