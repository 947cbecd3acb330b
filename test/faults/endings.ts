/** How relayed connections end, each way in its order: what one side says or does is what the other one sees. */

import assert from 'node:assert/strict';
import { close, MASK } from '../../packages/server/src/capture/relay/ws-frames.ts';
import { eventually, type RunningServer } from '../e2e/running-server.ts';
import { passes, type Talk } from './raw-talk.ts';
import { entriesOf, type SeenEntry } from './site-entries.ts';

/** One side says goodbye with these words, the other one answers with the same, and the CSMS ends first (RFC 6455 7.1.1). */
export async function hangsUp(
  { station, backend }: Talk,
  by: 'station' | 'csms',
  code: number,
  reason: string,
): Promise<void> {
  const ofStation = () => passes(station, backend, close(code, reason, { mask: MASK }));
  const ofCsms = () => passes(backend, station, close(code, reason));
  for (const say of by === 'station' ? [ofStation, ofCsms] : [ofCsms, ofStation]) await say();
  backend.socket.end();
  assert.equal(await station.ending, 'fin');
  station.socket.end();
  assert.equal(await backend.ending, 'fin');
  assertNothingMore({ station, backend });
}

/** The station ends its side without a word, then the CSMS does. */
export async function goesAway({ station, backend }: Talk): Promise<void> {
  station.socket.end();
  assert.equal(await backend.ending, 'fin');
  backend.socket.end();
  assert.equal(await station.ending, 'fin');
  assertNothingMore({ station, backend });
}

export async function breaksOff({ station, backend }: Talk): Promise<void> {
  station.socket.resetAndDestroy();
  assert.equal(await backend.ending, 'reset');
  backend.socket.destroy();
  assertNothingMore({ station, backend });
}

function assertNothingMore({ station, backend }: Talk): void {
  assert.deepEqual([station.received.length, backend.received.length], [0, 0], 'nothing beside the ending');
}

/** What ended it, how, with which code and reason, as it is on record. */
type Told = readonly [by: string, how: string, code: number, reason: string];

const ENDINGS: readonly (readonly [end: (talk: Talk) => Promise<void>, told: Told])[] = [
  [(talk) => hangsUp(talk, 'station', 1000, 'bye'), ['station', 'close_frame', 1000, 'bye']],
  [(talk) => hangsUp(talk, 'csms', 4001, 'sent away'), ['csms', 'close_frame', 4001, 'sent away']],
  [goesAway, ['station', 'fin', 1006, '']],
  [breaksOff, ['station', 'reset', 1006, '']],
];

export interface EndingTalks {
  /** Each ends in another way, compared on both sides. */
  end(): Promise<void>;
  /** Waits until each of them is on record as it ended. */
  told(server: Pick<RunningServer, 'get'>, site: string): Promise<void>;
  /** So it is among these, which are all there will be. */
  assertTold(entries: readonly SeenEntry[]): void;
}

/** Stations that are there until they are told to end; `join` connects one of a name. */
export async function endingTalks(
  name: string,
  join: (charger: string) => Promise<Talk>,
): Promise<EndingTalks> {
  const talks: (readonly [charger: string, talk: Talk])[] = [];
  for (const [, told] of ENDINGS) {
    const charger = `${name}-${told[0]}-${told[1]}`;
    talks.push([charger, await join(charger)]);
  }
  const expected = talks.map(([charger], place) => [charger, ENDINGS[place]?.[1]]);
  const endedIn = (entries: readonly SeenEntry[]) => {
    const closed = entries.flatMap(({ charger_id, exchange }) => {
      const { event, ended_by: by, how, close_code: code, reason } = exchange.event ?? {};
      return event === 'closed' ? [[charger_id, [by, how, code, reason]] as const] : [];
    });
    return talks.map(([charger]) => closed.find(([of]) => of === charger) ?? [charger, null]);
  };
  return {
    end: async () => {
      for (const [place, [, talk]] of talks.entries()) await ENDINGS[place]?.[0](talk);
    },
    told: async (server, site) => {
      const ended = async () => endedIn(await entriesOf(server, site, 'connection'));
      const found = await eventually(ended, (all) => all.every(([, end]) => end !== null));
      assert.deepEqual(found, expected);
    },
    assertTold: (entries) => assert.deepEqual(endedIn(entries), expected),
  };
}
