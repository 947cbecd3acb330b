import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@ocpp-logs/core';
import { Connector } from './connector.ts';
import { stationModels } from './demo-fleet.ts';
import { DialectV201 } from './dialect-v201.ts';
import { Random } from './random.ts';
import { Sleeper, Stopped } from './sleeper.ts';

/** Everything a plug says until its third transaction has ended, without the clock's time. */
async function talkOf(seed: string, speed = 1e9): Promise<readonly string[]> {
  const [model = assert.fail()] = stationModels(1, '2.0.1');
  const [plug = assert.fail()] = model.connectors;
  const over = new AbortController();
  const talk: string[] = [];
  let ended = 0;
  const ask = async (action: string, payload: JsonObject): Promise<JsonObject> => {
    talk.push(
      JSON.stringify([action, payload], (name, value) => {
        return name === 'timestamp' || name === 'generatedAt' ? undefined : value;
      }),
    );
    if (payload.eventType === 'Ended') ended += 1;
    if (ended === 3) over.abort();
    return { idTokenInfo: { status: 'Accepted' } };
  };
  const connector = new Connector(1, model, plug, new Random(seed));
  const running = connector.run(new DialectV201(model, ask), new Sleeper(speed, over.signal), 5);
  await assert.rejects(running, Stopped);
  return talk;
}

test('a seed tells the whole story of a plug, whatever the clock does meanwhile', async () => {
  const talk = await talkOf('one');
  assert.ok(talk.length > 50, `${talk.length} calls`);
  assert.deepEqual(await talkOf('one'), talk);
  assert.notDeepEqual(await talkOf('two'), talk);
});

test('the register of a plug goes on from one session to the next', async () => {
  // Slow enough for a meter that counts the time of the clock.
  const registers = (await talkOf('one', 5_000)).flatMap((text) => {
    const found = /"value":(\d+),"context":"[\w.]+","measurand":"Energy.Active.Import.Register"/.exec(text);
    return found === null ? [] : [Number(found[1])];
  });
  assert.deepEqual(
    registers,
    [...registers].sort((a, b) => a - b),
  );
  assert.ok((registers.at(-1) ?? 0) > (registers[0] ?? 0), `${registers}`);
});
