/** What is told of one station, as it is answered. */

import { Type } from 'typebox';
import { ConclusionSchema, EvidenceSchema } from './charging-session-schemas.ts';

const FindingSchema = Type.Object({
  code: Type.String({ description: 'Stable, such as unit-assumed.' }),
  severity: Type.Enum(['violates', 'unusual', 'info']),
  text: Type.String({ description: 'What the code means.' }),
  clause: Type.String({ description: 'Of the specification, or the schema; empty where it is ours.' }),
  count: Type.Integer(),
  first: EvidenceSchema,
  path: Type.Union([Type.String(), Type.Null()], { description: 'Where in the first one.' }),
  detail: Type.Union([Type.String(), Type.Null()], { description: 'The value that led to the first one.' }),
});

export const StationFindingsSchema = Type.Object(
  {
    site_id: Type.String(),
    charger_id: Type.String(),
    from: Type.String({ description: 'ISO 8601 UTC.' }),
    to: Type.String({ description: 'ISO 8601 UTC.' }),
    complete: Type.Boolean({ description: 'Whether all entries of the range were looked at.' }),
    read_to: Type.String({ description: 'ISO 8601 UTC: until when they were.' }),
    entries: Type.Integer({ description: 'That were looked at.' }),
    conclusions: Type.Array(Type.Object(ConclusionSchema), { description: 'In the order of GET /verdicts.' }),
    findings: Type.Array(FindingSchema, {
      description: 'Those that violate first, the most frequent first; those that only neighbours tell too.',
    }),
  },
  { title: 'StationFindings' },
);
