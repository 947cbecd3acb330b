/** Plays a history on a store and on the model, and holds the store's answers against the model's. */

import assert from 'node:assert/strict';
import type { Entry } from '@ocpp-logs/core';
import { EntryCsvWriter, EntryJsonWriter, encodeEntry, levelOfAction, timeOfId } from '@ocpp-logs/core';
import { entryFormOf } from '../entry-form.ts';
import { type LevelRetention, retentionCut } from '../retention.ts';
import type { EntryPosition, PageQuery, Scope, SiteEntry, Slot } from '../store.ts';
import { FACET_FIELDS } from '../store.ts';
import { SITES, type Step } from './histories.ts';
import { type FoundInModel, ModelStore } from './model.ts';
import { modelFacets, modelHistogram } from './model-counts.ts';
import type { ConformingStore } from './opened.ts';

const HOUR = 3_600_000;
const text = new TextDecoder();

export class Played {
  readonly #store: ConformingStore;
  /** With what is not committed yet. */
  #written = new ModelStore();
  #committed = new ModelStore();
  #now = Date.UTC(2026, 4, 5);
  /** Older entries may be gone. */
  #cut = 0;

  constructor(store: ConformingStore) {
    this.#store = store;
  }

  async play(step: Step): Promise<void> {
    const { writer } = this.#store;
    switch (step.step) {
      case 'insert':
        this.#apply(step.site, step.entries);
        return;
      case 'burst':
        this.#apply(
          step.site,
          Array.from({ length: step.n }, () => step.entry),
        );
        return;
      case 'change': {
        const all = this.#written.all(step.site).filter(([, { at }]) => at >= this.#cut);
        const found = all[step.which % Math.max(all.length, 1)];
        if (found === undefined) return;
        const [id, entry] = found;
        const outcome = entry.kind === 'exchange' ? (step.change.outcome ?? null) : null;
        const changed: Entry = { ...entry, ...step.change, outcome };
        writer.apply(step.site, [{ slot: { id }, entry: changed }]);
        this.#written.put(step.site, id, changed);
        return;
      }
      case 'commit':
        this.#commit();
        return;
      case 'seal':
        writer.seal(step.site);
        this.#commit();
        return;
      case 'maintain': {
        this.#commit();
        this.#now += step.minutes * 60_000;
        const cut = Math.floor((this.#now - step.keepDays * 24 * HOUR) / HOUR) * HOUR;
        if (step.keepDays > 0) this.#cut = Math.max(this.#cut, cut);
        const kept = { days: step.keepDays, info: step.infoDays, debug: step.debugDays };
        const keep = new Map(SITES.map((site) => [site, kept]));
        for (let steps = 0; writer.maintain(this.#now, keep); steps++) {
          assert.ok(steps < 10_000, 'maintenance comes to an end');
        }
        this.#removeLevels(kept);
        return;
      }
      case 'reopen':
        this.#commit();
        await this.#store.reopen();
    }
  }

  #removeLevels(kept: LevelRetention): void {
    for (const level of ['info', 'debug'] as const) {
      const cut = retentionCut(this.#now, kept[level]);
      this.#written.remove(({ kind, action, at }) => {
        const of = kind === 'exchange' ? levelOfAction(action) : kind === 'orphan' ? 'debug' : 'minimal';
        return of === level && at < cut;
      });
    }
    this.#committed = this.#written.copy();
  }

  async answersAsModel(asked: PageQuery): Promise<void> {
    const { reader } = this.#store;
    const query = { ...asked, scopes: asked.scopes.map((scope) => this.#kept(scope)) };
    assert.deepEqual(shown(await reader.page(query)), shown(this.#committed.page(query)));
    await this.#walksByCursor({ ...query, skip: 0 });
    await this.#streams(query);
    await this.#counts(query.scopes);
    await this.#reads(query.scopes, query);
    for (const scope of query.scopes) {
      await this.#reads([scope], query);
      await this.#picks(scope);
    }
  }

  #kept(scope: Scope): Scope {
    const { filter } = scope;
    return { ...scope, filter: { ...filter, from: Math.max(filter.from, this.#cut), kept: this.#cut } };
  }

  /** Everything the store keeps beside the entries agrees with them. */
  problems(): readonly string[] {
    return this.#store.problems();
  }

  pendingAsModel(): void {
    const found = [...this.#store.writer.pending()]
      .filter(({ stored }) => stored.entry.at >= this.#cut)
      .map(({ site, stored }) => `${site} ${stored.id}`);
    const expected = SITES.flatMap((site) =>
      this.#written
        .all(site)
        .filter(([, entry]) => entry.outcome === 'pending' && entry.at >= this.#cut)
        .map(([id]) => `${site} ${id}`),
    );
    assert.deepEqual(found.sort(), expected.sort());
  }

  #apply(site: string, entries: readonly Entry[]): void {
    const changes = entries.map((entry) => ({ slot: { id: null } as Slot, entry }));
    this.#store.writer.apply(site, changes);
    // What retention took away may have its id given again.
    const kept = this.#written.all(site).filter(([, { at }]) => at >= this.#cut);
    const taken = new Set(kept.map(([id]) => id));
    for (const { slot, entry } of changes) {
      assert.ok(slot.id !== null && !taken.has(slot.id), 'an id of its own');
      assert.equal(timeOfId(slot.id), entry.at);
      taken.add(slot.id);
      this.#written.put(site, slot.id, entry);
    }
  }

  #commit(): void {
    this.#store.writer.commit();
    this.#committed = this.#written.copy();
  }

  async #walksByCursor(query: PageQuery): Promise<void> {
    const expected = this.#committed.across(query.scopes, query.order);
    const take = Math.max(query.take, 20);
    let after: EntryPosition | null = null;
    let passed = 0;
    for (;;) {
      const page = await this.#store.reader.page({ ...query, take, after });
      passed += page.entries;
      assert.equal(page.count, expected.length);
      assert.equal(page.more, passed < expected.length);
      const last = page.entries === 0 ? undefined : expected[passed - 1];
      assert.deepEqual(page.last, last === undefined ? null : { id: last.id, site: last.scope.filter.site });
      if (!page.more) return;
      after = page.last;
    }
  }

  async #streams({ scopes, order, take }: PageQuery): Promise<void> {
    const { reader } = this.#store;
    const matching = this.#committed.across(scopes, order);
    let json = '';
    for await (const chunk of reader.stream({ scopes, order, format: 'ndjson', take: null })) {
      assert.equal(chunk.at(-1), 0x0a, 'chunks are whole lines');
      json += text.decode(chunk);
    }
    const lines = matching.map(({ scope, id, entry }) => {
      const writer = new EntryJsonWriter(scope.filter.site, entryFormOf(scope.rendering));
      writer.line(encodeEntry(id, entry));
      return text.decode(writer.take());
    });
    assert.equal(json, lines.join(''));
    let csv = '';
    for await (const chunk of reader.stream({ scopes, order, format: 'csv', take })) {
      csv += text.decode(chunk);
    }
    const rows = matching.slice(0, take).map(({ scope, id, entry }) => {
      const writer = new EntryCsvWriter(scope.filter.site, scope.rendering);
      writer.line(encodeEntry(id, entry));
      return text.decode(writer.take());
    });
    assert.equal(csv.slice(csv.indexOf('\r\n') + 2), rows.join(''));
  }

  /** Facets and histogram. */
  async #counts(scopes: readonly Scope[]): Promise<void> {
    const { reader } = this.#store;
    const matching = this.#committed.across(scopes, 'asc');
    const filters = scopes.map(({ filter }) => filter);
    const fields = FACET_FIELDS.slice(matching.length % 2 === 0 ? 0 : 5);
    const facets = await reader.facets({ filters, fields, top: 4 });
    assert.deepEqual(facets, modelFacets(matching, fields, 4));
    for (const step of [1000, 900_000, HOUR, 12 * HOUR, 48 * HOUR]) {
      assert.deepEqual(await reader.histogram({ filters, step }), modelHistogram(matching, step));
    }
  }

  async #reads(scopes: readonly Scope[], { order, take }: PageQuery): Promise<void> {
    const { source } = this.#store;
    const filters = scopes.map(({ filter }) => filter);
    const all = this.#committed.across(scopes, order);
    // Some that match and some that need not, in no order.
    const only = SITES.flatMap((site) =>
      this.#committed.all(site).flatMap(([id], at) => (at % 3 === 0 ? [{ site, id: `${id}` }] : [])),
    ).reverse();
    const isNamed = ({ scope, id }: FoundInModel) =>
      only.some((ref) => ref.site === scope.filter.site && ref.id === `${id}`);
    for (const [named, matching] of [[null, all] as const, [only, all.filter(isNamed)] as const]) {
      assert.equal(await source.count({ filters, only: named }), matching.length);
      for (const most of [null, take]) {
        const read: SiteEntry[] = [];
        for await (const batch of source.entries({ filters, order, take: most, only: named })) {
          assert.ok(batch.length > 0 && batch.length <= 1000, 'batches are bounded');
          read.push(...batch);
        }
        assert.deepEqual(
          read.map(plainText),
          matching
            .slice(0, most ?? undefined)
            .map(({ scope, id, entry }) => plainText({ ...encodeEntry(id, entry), site: scope.filter.site })),
        );
      }
    }
  }

  async #picks({ filter, rendering }: Scope): Promise<void> {
    const all = this.#committed.all(filter.site).map(([id]) => id);
    const wanted = [...all.filter((_, at) => at % 3 === 0).toReversed(), 5n];
    const matching = new Set(this.#committed.matching(filter, 'asc').map(([id]) => id));
    const picked = await this.#store.reader.pick(filter, rendering, wanted);
    assert.deepEqual(
      picked.map(({ id }) => id),
      wanted.filter((id) => matching.has(id)),
    );
  }
}

/** Bytes of any array type compare by what they hold. */
function plainText(entry: SiteEntry): SiteEntry {
  const plain = (bytes: Uint8Array | null) => (bytes === null ? null : Uint8Array.from(bytes));
  const { request, answer, rejection } = entry;
  return { ...entry, request: plain(request), answer: plain(answer), rejection: plain(rejection) };
}

function shown(page: { readonly body: Uint8Array }): unknown {
  return { ...page, body: text.decode(page.body) };
}
