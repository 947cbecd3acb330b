/** A data folder as a spool whose months are dropped, over the engine. */

import assert from 'node:assert/strict';
import type { Entry } from '@ocpp-logs/core';
import { Completing } from '../../packages/server/src/store/clickhouse/completing.ts';
import { dropRules, idsOf } from '../../packages/server/src/store/clickhouse/open-spool.ts';
import type { Outbox } from '../../packages/server/src/store/clickhouse/outbox.ts';
import { openSource } from '../../packages/server/src/store/clickhouse/source.ts';
import { SpoolState, sharedSpoolState } from '../../packages/server/src/store/clickhouse/spool-state.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import { check } from '../../packages/server/src/store/sqlite/check.ts';
import { everything } from '../../packages/server/src/store/sqlite/fixtures.ts';
import { openSource as openFiles } from '../../packages/server/src/store/sqlite/source.ts';
import type { Slot, SourceFrame } from '../../packages/server/src/store/store.ts';
import { closePlace, type Node, openNode, openPlace, type Place } from './fixtures.ts';
import type { HttpEngine } from './http-engine.ts';

const DAY = 86_400_000;
/** Each round of the maintenance is later than any file was written. */
let clock = Date.now() + 400 * DAY;

type Compared = ConstructorParameters<typeof Completing>[0]['connection'];

export class Spool {
  readonly place: Place;
  readonly state: SpoolState;
  readonly reports: string[] = [];
  /** Of months, entries that ClickHouse lacked, and those that it does not hold all the same. */
  readonly completed: number[] = [];
  readonly differing: number[] = [];
  readonly #settled = sharedSpoolState();
  readonly #keepDays: number;
  node: Node;

  constructor(place: Place, keepDays: number) {
    this.place = place;
    this.#keepDays = keepDays;
    this.state = new SpoolState(this.#settled);
    this.node = this.open();
  }

  open(over: { readonly extraction?: number; readonly derive?: (entry: Entry) => Entry } = {}): Node {
    const files = (outbox: Outbox) => ({
      ...over,
      drops: dropRules(outbox, { settled: this.#settled, keepDays: this.#keepDays }, (line) =>
        this.reports.push(line),
      ),
      derivedAnew: (site: string, month: number, dropped: boolean) =>
        outbox.noteDerivedAnew({ site, ...idsOf(month), dropped }),
    });
    const node = openNode(this.place.folder, this.place.connection, {}, files);
    // Nothing was there before the outbox.
    node.outbox.unfilled(() => []);
    return node;
  }

  async reopen(over: Parameters<Spool['open']>[0] = {}): Promise<void> {
    await this.node.close();
    this.node = this.open(over);
  }

  put(...entries: readonly Entry[]): readonly Slot[] {
    const changes = entries.map((entry) => ({ slot: { id: null } as Slot, entry }));
    this.node.writer.apply('depot', changes);
    this.node.writer.commit();
    return changes.map(({ slot }) => slot);
  }

  /** A round, the comparisons that it asks for, and what they let go. */
  async maintain(connection: Compared = this.place.connection): Promise<void> {
    clock += DAY;
    this.step();
    await this.compare(connection);
    this.step();
  }

  /** What was asked for, with ClickHouse. */
  async compare(connection: Compared = this.place.connection): Promise<void> {
    const { outbox } = this.node;
    const source = openFiles(this.place.folder, { report: assert.fail });
    const completing = new Completing({
      connection,
      compared: outbox.compared,
      source,
      committed: () => outbox.committed,
      node: 'node-1',
      now: Date.now,
      onCompleted: (_month, entries) => this.completed.push(entries),
      onCompared: (_month, differing) => {
        this.state.addCompared();
        if (differing > 0) this.differing.push(differing);
      },
    });
    try {
      while ((await completing.step()).more);
    } finally {
      await source.close();
    }
  }

  /** To its end, at the same time as before. */
  step(until: () => boolean = () => false): void {
    while (!until() && this.node.writer.maintain(clock, new Map()));
  }

  /** What is not known of a log; the answer of a call that is stored without one goes to it. */
  import(...entries: readonly Entry[]): void {
    const { writer } = this.node;
    for (const entry of entries) {
      const asked = framesOf(entry);
      const [call, answer] = writer.known('depot', asked);
      if (call === false) writer.apply('depot', [{ slot: { id: null }, entry }], true);
      else if (answer === false) {
        const waiting = writer
          .unanswered('depot', entry.at, entry.at + 1, 100)
          .find(({ id }) => writer.read('depot', id)?.messageId === entry.messageId);
        assert.ok(waiting !== undefined, `${entry.messageId} waits`);
        writer.apply('depot', [{ slot: { id: waiting.id }, entry }]);
      }
      writer.commit();
    }
  }

  /** By message id, with the outcome. */
  async there(): Promise<ReadonlyMap<string, string | null>> {
    const found = new Map<string, string | null>();
    const source = openSource(this.place.connection);
    const query = { filters: [everything('depot')], order: 'asc', take: null, only: null } as const;
    for await (const entries of source.entries(query)) {
      for (const { outcome, request } of entries) {
        const id = /"(\w+)"/.exec(new TextDecoder().decode(request ?? new Uint8Array()))?.[1] ?? '';
        assert.ok(!found.has(id), `${id} is there twice`);
        found.set(id, outcome);
      }
    }
    return found;
  }

  /** Entries in the files. */
  async here(): Promise<number> {
    const source = openFiles(this.place.folder, { report: assert.fail });
    try {
      return await source.count({ filters: [everything('depot')], only: null });
    } finally {
      await source.close();
    }
  }
}

export async function usingSpool(
  http: HttpEngine,
  url: string,
  work: (spool: Spool) => Promise<void>,
  keepDays = 7,
): Promise<void> {
  const place = await openPlace(url);
  const spool = new Spool(place, keepDays);
  try {
    await migrate(place.connection);
    await work(spool);
    assert.deepEqual(check(place.folder), []);
  } finally {
    http.fault = () => null;
    await spool.node.close();
    await closePlace(place);
  }
}

function framesOf({ charger, at, request, answer, answeredAt }: Entry): readonly SourceFrame[] {
  const frame = { arrival: null, binary: false, cut: null } as const;
  assert.ok(request !== null);
  const call = { ...frame, direction: 'station_to_csms', at, bytes: request.bytes } as const;
  if (answer === null) return [{ charger, frame: call }];
  const back = { ...frame, direction: 'csms_to_station', at: answeredAt ?? at, bytes: answer.bytes } as const;
  return [
    { charger, frame: call },
    { charger, frame: back },
  ];
}
