import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { EntryText } from '../entry-text.ts';
import { DEPOT, ruleOf, type Said, said, T0 } from './case.ts';
import { FollowedWatch } from './followed-watch.ts';

const STEPS = fc.array(
  fc.record({
    gap: fc.integer({ min: 0, max: 20 }),
    charger: fc.constantFrom('CP-1', 'CP-2'),
    status: fc.constantFrom('Preparing', 'Charging', 'Faulted'),
    connector: fc.integer({ min: 1, max: 2 }),
  }),
  { maxLength: 40 },
);
const RULES = fc.constantFrom(
  'status:Preparing THEN status:Charging WITHIN 30s',
  'status:Preparing THEN NO status:Charging WITHIN 30s',
  'status:Faulted THEN status:Faulted WITHIN 10s WHERE A.connector != B.connector',
  'status:Preparing THEN NO -status:Faulted WITHIN 20s WHERE B.connector = A.connector',
);

type Step = Pick<Said, 'status'> & {
  readonly gap: number;
  readonly charger: string;
  readonly connector: number;
};

function told(steps: readonly Step[]): readonly Required<Said>[] {
  let s = 0;
  return steps.map((step, ordinal) => {
    s += step.gap;
    return { ...step, s, ordinal };
  });
}

const END = T0 + 100_000_000;

/** Everything at once: each A by itself, looking for its B among all. */
function model(text: string, all: readonly Required<Said>[]): readonly string[] {
  const rule = ruleOf(text);
  assert.ok(rule.kind === 'followed');
  const [a, b] = text.split(' THEN ');
  const isA = ({ status }: Said) => a === `status:${status}`;
  const isB = ({ status }: Said) =>
    b?.includes('-status:') === true
      ? !b.includes(`-status:${status}`)
      : (b?.includes(`status:${status}`) ?? false);
  return all.filter(isA).flatMap((first) => {
    const next = all.find(
      (other) =>
        isB(other) &&
        other.charger === first.charger &&
        other.ordinal > first.ordinal &&
        other.s * 1000 <= first.s * 1000 + rule.within &&
        rule.where.every(({ equal }) => (other.connector === first.connector) === equal),
    );
    if (rule.absent) return next === undefined ? [`${first.charger} ${first.ordinal} ${first.s}`] : [];
    return next === undefined ? [] : [`${first.charger} ${first.ordinal} ${first.s} ${next.ordinal}`];
  });
}

function run(
  text: string,
  feed: (watch: FollowedWatch, take: (entry: EntryText) => void, due: (now: number) => void) => void,
) {
  const rule = ruleOf(text);
  assert.ok(rule.kind === 'followed');
  const watch = new FollowedWatch(rule, DEPOT);
  const found: string[] = [];
  const keep = (firings: ReturnType<FollowedWatch['take']>) => {
    for (const { charger, entries } of firings) {
      const [a = 0n, b] = entries;
      const ordinal = (id: bigint) => id & ((1n << 21n) - 1n);
      const s = (Number(a >> 21n) - T0) / 1000;
      found.push(`${charger} ${ordinal(a)} ${s}${b === undefined ? '' : ` ${ordinal(b)}`}`);
    }
  };
  feed(
    watch,
    (entry) => keep(watch.take(entry)),
    (now) => keep(watch.due(now)),
  );
  keep(watch.due(END));
  assert.equal(watch.dropped, 0);
  return found.sort();
}

test('one by one, with looks at the clock in between, or all at once: what is told is the same', () => {
  fc.assert(
    fc.property(
      RULES,
      STEPS,
      fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      (text, steps, looks) => {
        const all = told(steps);
        const once = run(text, (_, take) => {
          for (const each of all) take(said(each));
        });
        const often = run(text, (_, take, due) => {
          for (const [at, each] of all.entries()) {
            take(said(each));
            if (looks[at] === true) due(T0 + each.s * 1000);
          }
        });
        assert.deepEqual(often, once);
        assert.deepEqual(once, [...model(text, all)].sort());
      },
    ),
  );
});

test('in whatever order they come, the same As are told', () => {
  const as = (found: readonly string[]) => found.map((each) => each.split(' ').slice(0, 3).join(' ')).sort();
  fc.assert(
    fc.property(
      RULES,
      STEPS.map((steps) => steps.slice(0, 14)),
      fc.infiniteStream(fc.nat()),
      (text, steps, order) => {
        const all = told(steps);
        const mixed = all
          .map((each) => ({ each, rank: order.next().value ?? 0 }))
          .sort((one, other) => one.rank - other.rank);
        const found = run(text, (_, take) => {
          for (const { each } of mixed) take(said(each));
        });
        assert.deepEqual(as(found), as(model(text, all)));
      },
    ),
  );
});
