/** Facets and histogram of entries; where only a sample was looked through, scaled to all. */

import { type FakeEntry, SITES } from './log.ts';

const PLACES: Readonly<Record<string, (entry: FakeEntry) => unknown>> = {
  action: (entry) => entry.action,
  station: (entry) => entry.charger_id,
  status: (entry) => entry.request_status,
  error: (entry) => entry.request_error_code ?? entry.exchange.error_code,
  outcome: ({ exchange }) => exchange.outcome,
  site: (entry) => entry.site_id,
};

export function facetsOf(
  entries: readonly FakeEntry[],
  size: number,
  fields: readonly string[],
  top: number,
) {
  const scale = entries.length === 0 ? 1 : size / entries.length;
  const facets = fields.map((field) => {
    const counts = new Map<unknown, number>();
    for (const entry of entries) {
      const value = PLACES[field]?.(entry) ?? null;
      if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const values = [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([value, count]) => ({ value, count: Math.round(count * scale) }));
    return { field, values: values.slice(0, top), distinct: values.length, more: values.length > top };
  });
  return { facets, count: size, exact: true };
}

const STEPS = [1, 5, 15, 30, 60, 300, 600, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400].map(
  (s) => s * 1000,
);

export function histogramOf(entries: readonly FakeEntry[], size: number, query: URLSearchParams) {
  const scale = entries.length === 0 ? 1 : size / entries.length;
  const from = Date.parse(query.get('from') ?? '');
  const to = Date.parse(query.get('to') ?? '');
  const wanted = Number(query.get('bins') ?? 120);
  const step = STEPS.find((each) => (to - from) / each <= wanted) ?? 86_400_000;
  const bins = new Map<number, Map<string, number>>();
  for (const entry of entries) {
    const at = Math.floor(Date.parse(entry.occurrence_time) / step) * step;
    const outcomes = bins.get(at) ?? new Map<string, number>();
    const outcome = String(entry.exchange.outcome);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    bins.set(at, outcomes);
  }
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    step_ms: step,
    bins: [...bins]
      .sort(([a], [b]) => a - b)
      .map(([at, outcomes]) => {
        const scaled = [...outcomes].map(([name, count]): [string, number] => [
          name,
          Math.round(count * scale),
        ]);
        const count = scaled.reduce((sum, [, entries]) => sum + entries, 0);
        return { time: new Date(at).toISOString(), count, outcomes: Object.fromEntries(scaled) };
      }),
    exact: true,
    sites: SITES.length,
  };
}
