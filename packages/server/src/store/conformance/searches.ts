/** Searches that conformance tries: by hand for each kind of term, and any tree of them. */

import { type FieldNode, parseQuery, type QueryField, type QueryNode } from '@ocpp-logs/core';
import fc from 'fast-check';

/** Over what `entries.ts` makes. */
export const SEARCHES: readonly string[] = [
  'action:StatusNotification',
  'action:*notification',
  'action:(Heartbeat OR Authorize)',
  '-action:Heartbeat',
  'has:action',
  'station:CP1',
  'station:cp?',
  '-station:CP*',
  'has:station',
  'station:"a b"',
  'site:depot',
  'site:*/2 action:Heartbeat',
  '-site:depot status:Available',
  'site:nowhere OR station:CP1',
  '(site:depot station:CP1) OR (site:h?f* -station:CP1)',
  'site:nowhere',
  'has:site -m2',
  'connector:1',
  'connector:>0',
  'connector:[0 TO 2}',
  'connector:<9007199254740993',
  '-connector:1',
  'has:connector',
  '-has:connector',
  'outcome:pending',
  '-outcome:answered',
  'has:outcome',
  'kind:exchange',
  '-kind:(gap OR setting)',
  'status:Available',
  'status:a*',
  '-has:status',
  'status:Faulted OR error:GroundFailure',
  'error:*',
  'error:NoError',
  '-error:InternalError',
  'direction:station_to_csms',
  '-direction:csms_to_station',
  'version:1.6',
  'version:2.0.1',
  'version:2*',
  'has:version',
  'has:finding',
  'finding:unit-assumed',
  'finding:unit*',
  'finding:field-missing',
  'finding:(faulted-no-error OR call-unanswered) -station:CP2',
  '-finding:field-*',
  '-has:finding',
  '-finding:truncated',
  'status:Faulted -finding:(truncated OR unit-assumed)',
  'finding:message-id-repeated',
  'finding:(seq-gap OR seq-out-of-order)',
  '-finding:message-* station:CP1',
  'finding:(offline-queue OR t*) OR status:Available',
  'latency:>20ms',
  'latency:<1s -action:Heartbeat',
  'latency:>5s',
  'latency:>=5s',
  '-latency:>5s status:*',
  'latency:[1s TO 10s}',
  'latency:{5s TO 30s]',
  'latency:5s',
  'latency:>7s OR latency:<0.5s',
  'latency:>30s',
  'has:latency',
  '-has:latency',
  'message:m1',
  'connection:c-1',
  'payload:connectorId',
  'answer:"{}"',
  'info:*',
  'Available',
  'statusnotification',
  '-m2',
  '"connectorId"',
  '(status:Available station:CP1) OR (action:Heartbeat -connector:2)',
  '-(action:Heartbeat OR m1)',
  'NOT (station:CP2 connector:>1) m*',
];

export function parsed(text: string): QueryNode {
  const query = parseQuery(text);
  if (query.kind === 'fault') throw new Error(`${text}: ${query.error.message}`);
  if (query.root === null) throw new Error(`${text} asks for nothing`);
  return query.root;
}

const pattern = fc.oneof(
  fc
    .constantFrom('available', 'Faulted', 'm1', 'CP1', 'heartbeat', 'a b', 'ö', '', '1.6', 'NoError')
    .map((text) => ({
      pieces: text === '' ? [] : [{ text }],
    })),
  fc
    .array(
      fc.oneof(
        fc.constantFrom('A', 'c', 'P', '1', 'or').map((text) => ({ text })),
        fc.constant({ wild: 'one' as const }),
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((pieces) => ({ pieces: [...pieces, { wild: 'many' as const }] })),
);

const FIELDS: readonly QueryField[] = [
  'action',
  'station',
  'kind',
  'outcome',
  'status',
  'error',
  'direction',
  'version',
  'finding',
  'message',
  'payload',
  'info',
];

const bound = fc.option(
  fc.record({
    amount: fc
      .constantFrom(-1, 0, 1, 1.5, 2, 1_000, 5_000, 7_000, 2 ** 53)
      .map((value) => ({ value, text: `${value}` })),
    inclusive: fc.boolean(),
  }),
);

const field: fc.Arbitrary<FieldNode> = fc.oneof(
  fc.record({
    kind: fc.constant('field' as const),
    field: fc.constantFrom(...FIELDS),
    test: fc.oneof(
      fc.constant({ test: 'present' as const }),
      fc.record({ test: fc.constant('is' as const), pattern }),
    ),
  }),
  fc.record({
    kind: fc.constant('field' as const),
    field: fc.constantFrom<QueryField>('connector', 'latency'),
    test: fc.oneof(
      fc.constant({ test: 'present' as const }),
      fc.record({ test: fc.constant('range' as const), from: bound, to: bound }),
    ),
  }),
);

const tree = fc.letrec<{ node: QueryNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    field,
    fc.record({ kind: fc.constant('words' as const), pattern }),
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      parts: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), part: tie('node') }),
  ),
})).node;

export const searchArbitrary: fc.Arbitrary<QueryNode> = fc.oneof(
  fc.constantFrom(...SEARCHES).map(parsed),
  tree,
);
