import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { overridden, RecordingRig, START } from './recording-rig.ts';

const line = fc.record({
  id: fc.constantFrom('a', 'b', 'poison', 'venom'),
  ms: fc.integer({ min: 0, max: 5 }),
  answer: fc.boolean(),
});

const textOf = ({ id, answer }: { readonly id: string; readonly answer: boolean }) =>
  answer ? `[3,"${id}",{}]` : `[2,"${id}","Heartbeat",{}]`;

async function refusingRig<T>(work: (rig: RecordingRig) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ocpp-logs-refusing-'));
  const rig = new RecordingRig(folder, (writer) =>
    overridden(writer, 'apply', (apply, site, changes, settled) => {
      const refused = changes.some(
        ({ entry }) => entry.messageId === 'poison' || entry.messageId === 'venom',
      );
      if (refused) throw new RangeError('no such time');
      return apply(site, changes, settled);
    }),
  );
  try {
    return await work(rig);
  } finally {
    rig.close();
    await rm(folder, { recursive: true, force: true });
  }
}

test('whatever is refused: every line is stored or named, and a push that is repeated says the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 20 }), (lines) =>
      refusingRig(async (rig) => {
        const body = lines.map((each) => ({
          charger_id: 'P',
          direction: each.answer ? 'csms_to_station' : 'station_to_csms',
          occurrence_time: new Date(START + each.ms).toISOString(),
          frame: textOf(each),
        }));
        const first = await rig.take(body);
        const named = new Set(first.rejected.map(({ line: number }) => number));
        assert.equal(first.accepted + named.size, lines.length);
        const entries = [...rig.entries(), ...rig.entries('orphan')];
        const stored = entries.flatMap(({ request, answer }) =>
          [request, answer].flatMap((wire) => (wire === null ? [] : [Buffer.from(wire.bytes).toString()])),
        );
        const accepted = lines.filter((_, place) => !named.has(place + 1)).map(textOf);
        assert.deepEqual(stored.sort(), accepted.sort());
        assert.equal(rig.entries('gap').length, named.size > 0 ? 1 : 0);
        const again = await rig.take(body);
        assert.deepEqual(
          [again.accepted, again.duplicates, again.rejected],
          [0, first.accepted, first.rejected],
        );
      }),
    ),
    { numRuns: 25 },
  );
});
