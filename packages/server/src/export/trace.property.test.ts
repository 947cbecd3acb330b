/** Whatever was recorded: a trace of it imported again adds nothing, and makes a store whose trace is the same. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Line, TraceRig } from './trace-rig.fixture.ts';

/** Raise it when hunting. */
const HISTORIES = Number(process.env.TRACE_HISTORIES ?? 25);

const START = Date.UTC(2026, 0, 31, 23, 59, 30);

const ids = fc.constantFrom('1', '2', '3');
const members = fc.constantFrom(
  '{}',
  '{"connectorId":1}',
  '{"a":1.50,\n"evse":{"id":2}}',
  '{"ü":"\\u0000😀"}',
);

const frame = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(ids, members).map(([id, payload]) => `[2,"${id}","StatusNotification",${payload}]`),
  },
  { weight: 2, arbitrary: ids.map((id) => `[2,"${id}","Reset",{"type":"Soft"}]`) },
  { weight: 6, arbitrary: fc.tuple(ids, members).map(([id, payload]) => `[3,"${id}",${payload}]`) },
  { weight: 2, arbitrary: ids.map((id) => `[4,"${id}","InternalError","",{"why":[1]}]`) },
  ids.map((id) => `[5,"${id}","FormatViolation","no",{}]`),
  ids.map((id) => `[6,"${id}","NotifyPeriodicEventStream",{}]`),
  ids.map((id) => `[3,"${id}",null]`),
  fc.constantFrom('[2,"1","Reset",[1]]', '[3]', 'nothing', '[2,7,"Heartbeat",{}]', '[4,"1","X"]'),
);

/** A log of seconds has a call and its answer at one time; beyond that no two frames of a station are told apart by it. */
const answers = fc.option(members, { freq: 2 });

const steps = fc.array(
  fc.record({
    after: fc.constantFrom(1, 2, 700, 3000, 61_000),
    charger: fc.constantFrom('CP1', 'CP2'),
    up: fc.boolean(),
    frame,
    answered: answers,
  }),
  { minLength: 1, maxLength: 30 },
);

const history = fc.tuple(steps, fc.constantFrom('1.6', '2.0.1', '2.1')).map(([taken, version]) => {
  let at = START;
  return taken.flatMap(({ after, charger, up, frame, answered }): Line[] => {
    at += after;
    const told = { charger_id: charger, occurrence_time: new Date(at).toISOString(), ocpp_version: version };
    const line = { ...told, direction: directionOf(up), frame };
    const id = /^\[2,"(\d)"/.exec(frame)?.[1];
    if (answered === null || id === undefined) return [line];
    return [line, { ...told, direction: directionOf(!up), frame: `[3,"${id}",${answered}]` }];
  });
});

const directionOf = (up: boolean): Line['direction'] => (up ? 'station_to_csms' : 'csms_to_station');

test('a trace imported again adds nothing, and imported elsewhere gives the same trace', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (lines) => {
      const here = new TraceRig();
      const there = new TraceRig();
      try {
        await here.take(lines);
        const { text } = await here.trace();
        assert.equal(await here.takeTrace(text), 0);
        assert.equal((await here.trace()).text, text);
        await there.takeTrace(text);
        assert.equal((await there.trace()).text, text);
      } finally {
        here.close();
        there.close();
      }
    }),
    { numRuns: HISTORIES },
  );
});
