/** What facets and histogram must tell, counted entry by entry. */

import type { Entry, Outcome } from '@ocpp-logs/core';
import type { FacetField, Facets, Histogram, HistogramBin } from '../store.ts';
import type { FoundInModel } from './model.ts';

export function modelFacets(
  entries: readonly FoundInModel[],
  fields: readonly FacetField[],
  top: number,
): Facets {
  const facets = fields.map((field) => {
    const counts = new Map<string, number>();
    for (const found of entries) {
      for (const value of new Set(valuesOf(field, found))) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const values = [...counts].map(([value, count]) => ({ value, count }));
    values.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    return { field, values: values.slice(0, top), distinct: values.length };
  });
  return { facets, count: entries.length, exact: true };
}

function valuesOf(field: FacetField, { entry, scope }: FoundInModel): readonly string[] {
  const { fields } = entry;
  const some = (...values: readonly unknown[]) =>
    values.flatMap((value) => (value == null ? [] : [String(value)]));
  switch (field) {
    case 'site':
      return [scope.filter.site];
    case 'kind':
      return [entry.kind];
    case 'station':
      return entry.charger === '' ? [] : [entry.charger];
    case 'connector':
      return Number.isSafeInteger(fields.connector_id) ? some(fields.connector_id) : [];
    case 'action':
      return some(entry.action);
    case 'outcome':
      return some(entry.outcome);
    case 'direction':
      return some(entry.direction);
    case 'version':
      return some(entry.version);
    case 'status':
      return some(fields.request_status, fields.response_id_tag_info_status);
    case 'error':
      return some(fields.request_error_code, errorOf(entry));
    case 'finding':
      return entry.findings.map(({ code }) => code);
  }
}

function errorOf({ error }: Entry): string | null {
  return error === null ? null : error.code;
}

export function modelHistogram(entries: readonly FoundInModel[], step: number): Histogram {
  const bins = new Map<number, { count: number; outcomes: Partial<Record<Outcome, number>> }>();
  for (const { entry } of entries) {
    const time = Math.floor(entry.at / step) * step;
    const bin = bins.get(time) ?? { count: 0, outcomes: {} };
    bins.set(time, bin);
    bin.count += 1;
    if (entry.outcome !== null) bin.outcomes[entry.outcome] = (bin.outcomes[entry.outcome] ?? 0) + 1;
  }
  const sorted = [...bins].map(([time, bin]): HistogramBin => ({ time, ...bin }));
  return { bins: sorted.sort((a, b) => a.time - b.time), exact: true };
}
