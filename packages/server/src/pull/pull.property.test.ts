/** Whatever happens to the server, the line and the process: in the end every entry is here, once. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CheckpointDouble } from './checkpoint-double.ts';
import { pull } from './pull.ts';
import { RemoteUnreadable } from './remote.ts';
import { type DoubleEntry, RemoteDouble } from './remote-double.ts';
import { SinkDouble } from './sink-double.ts';
import { SteppedClock } from './stepped-clock.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const SETTLE = 2 * MINUTE;
const OVERLAP = 15 * MINUTE;
const LATE_MAX = SETTLE + OVERLAP;
const SIZES = { first: 10 * MINUTE, longest: 6 * 60 * MINUTE, full: 40, sparse: 4 };
const LIMITS = { take: 4, full: 40, characters: 1_000_000, tries: 3 };

/** What happens at a page or at a body. */
type Happening =
  | { readonly kind: 'nothing' | 'fails' | 'dies-before' | 'dies-after' | 'dies-writing' }
  /** An entry this old comes in; of few names, so that equal ones do. */
  | { readonly kind: 'late'; readonly age: number; readonly name: string }
  | { readonly kind: 'time'; readonly ms: number };

const name = fc.constantFrom('a', 'b');
const nothing = { kind: 'nothing' } as const;
const late = fc.record({
  kind: fc.constant('late' as const),
  age: fc.oneof(
    fc.nat(LATE_MAX),
    fc.nat(30_000).map((less) => LATE_MAX - less),
  ),
  name,
});
/** Kinds that make a difference in a row come in a row. */
const happenings: fc.Arbitrary<readonly Happening[]> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.nat(8).map((count) => Array.from({ length: count }, () => nothing)) },
      {
        weight: 2,
        arbitrary: fc
          .nat(4)
          .map((count) => Array.from({ length: count }, () => ({ kind: 'fails' }) as const)),
      },
      { weight: 4, arbitrary: fc.array(late, { maxLength: 6 }) },
      {
        weight: 2,
        arbitrary: fc
          .constantFrom('dies-before' as const, 'dies-after' as const, 'dies-writing' as const)
          .map((kind) => [{ kind }]),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(fc.record({ kind: fc.constant('time' as const), ms: fc.nat(10 * MINUTE) })),
      },
    ),
    { maxLength: 40, size: 'max' },
  )
  .map((runs) => runs.flat());
/** ms before the beginning; many in one place, so that windows have several pages and milliseconds several entries. */
const age = fc.oneof(
  fc.nat(2 * DAY),
  fc.nat(20 * MINUTE),
  fc.nat(20 * MINUTE),
  fc.constantFrom(DAY, DAY + 1, 5 * MINUTE),
);
const history = fc.array(fc.record({ age, name }), { maxLength: 80, size: 'max' });

class Killed extends Error {}

class World {
  readonly clock = new SteppedClock();
  readonly remote = new RemoteDouble();
  readonly sink = new SinkDouble();
  readonly checkpoints = new CheckpointDouble();
  readonly from = this.clock.at - 2 * DAY;
  #happenings: readonly Happening[];
  #step = 0;
  /** Until the next run nothing that this process does reaches anything. */
  #dead = false;

  constructor(entries: readonly { age: number; name: string }[], happenings: readonly Happening[]) {
    this.#happenings = happenings;
    this.remote.add(...entries.map((entry) => ({ at: this.clock.at - entry.age, name: entry.name })));
    this.remote.onPage = () => this.#atPage();
    this.sink.onBody = (when) => this.#die(when === 'before' ? 'dies-before' : 'dies-after');
    this.checkpoints.onWrite = () => this.#die('dies-writing');
  }

  get calm(): boolean {
    return this.#step >= this.#happenings.length;
  }

  async run(): Promise<void> {
    this.#dead = false;
    try {
      await pull({
        pair: { url: 'http://remote', site: 's', into: 's' },
        remote: this.remote,
        sink: this.sink,
        bounds: { lines: 3, bytes: 1_000_000 },
        checkpoints: this.checkpoints,
        clock: this.clock,
        signal: new AbortController().signal,
        from: this.checkpoints.read() === null ? this.from : null,
        settleMs: SETTLE,
        overlapMs: OVERLAP,
        limits: LIMITS,
        sizes: SIZES,
      });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  #atPage(): void {
    if (this.#dead) throw new Killed();
    this.clock.at += 50;
    const now = this.#happenings[this.#step];
    this.#step += 1;
    if (now?.kind === 'late') this.remote.add({ at: this.clock.at - now.age, name: now.name });
    if (now?.kind === 'time') this.clock.at += now.ms;
    if (now?.kind === 'fails') throw new RemoteUnreadable('it fails');
  }

  #die(when: Happening['kind']): void {
    if (this.#happenings[this.#step]?.kind === when) {
      this.#step += 1;
      this.#dead = true;
    }
    if (this.#dead) throw new Killed();
  }
}

const identity = ({ at, name: text }: DoubleEntry) => `${new Date(at).toISOString()} ${text}`;

function stored({ sink }: World): string[] {
  return sink.lines
    .map(({ occurrence_time, frame }) => {
      const [, , , payload] = JSON.parse(String(frame));
      return `${occurrence_time} ${payload.vendorId}`;
    })
    .sort();
}

test('every entry gets in exactly once, through late ones, shifting pages, failures and kills', async () => {
  await fc.assert(
    fc.asyncProperty(history, happenings, async (entries, happening) => {
      const world = new World(entries, happening);
      for (let runs = 0; !world.calm; runs += 1) {
        assert.ok(runs <= happening.length + 1);
        await world.run();
      }
      world.clock.at += SETTLE;
      await world.run();
      await world.run();
      const checkpoint = world.checkpoints.read();
      assert.deepEqual(checkpoint?.gaps, []);
      assert.equal(checkpoint?.lastError, null);
      const through = checkpoint?.through ?? 0;
      const due = world.remote.history.filter(({ at }) => at >= world.from && at < through);
      assert.deepEqual(stored(world), due.map(identity).sort());
      assert.ok(through >= world.clock.at - SETTLE - 10_000);
    }),
    { numRuns: 500 },
  );
});
