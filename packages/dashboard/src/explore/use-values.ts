/** Values that exist of the field that is being typed: the most frequent ones, then those that hold what is typed. */

import type { QueryField } from '@ocpp-logs/core';
import { useQuery } from '@tanstack/react-query';
import type { Facets, FacetValue } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { containing } from '../query/edit-query.ts';
import type { Range } from '../time/instant-text.ts';
import { useSettled } from '../ui/use-settled.ts';
import type { WantedValues } from './completion.ts';
import { isFindable } from './facet-fields.ts';
import { rangeParams } from './search-params.ts';

const VALUES = 100;
const SETTLED_MS = 150;

export interface KnownValue {
  readonly value: string;
  readonly count: number;
}

export function useValues(
  wanted: WantedValues | null,
  sites: readonly string[],
  range: Range | null,
): readonly KnownValue[] {
  const field = wanted?.field ?? null;
  const part = useSettled(wanted?.part ?? '', SETTLED_MS);
  const most = useValuesOf(field, '', sites, range, true);
  const others = most?.more === true && part !== '' && field !== null && isFindable(field);
  const found = useValuesOf(field, part, sites, range, others);
  return valuesOf((others ? found : most)?.values ?? most?.values ?? []);
}

function useValuesOf(
  field: QueryField | null,
  part: string,
  sites: readonly string[],
  range: Range | null,
  enabled: boolean,
) {
  const client = useClient();
  const asked = useQuery({
    queryKey: ['values', field, sites, range, part],
    enabled: enabled && field !== null && range !== null,
    queryFn: ({ signal }) => {
      const time = range === null ? {} : rangeParams(range);
      const q = part === '' || field === null ? undefined : containing(field, part);
      const params = { ...time, q, fields: field ?? '', site: sites.join(','), top: VALUES };
      return client.get<Facets>('/ocpp-logs/facets', { signal, params });
    },
  });
  return asked.data?.facets[0];
}

function valuesOf(values: readonly FacetValue[]): readonly KnownValue[] {
  return values.flatMap(({ value, count }) => (value === null ? [] : [{ value: String(value), count }]));
}
