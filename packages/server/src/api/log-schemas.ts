/** Shapes that several routes share. */

import { OcppLogSchema } from '@ocpp-logs/core';
import { Type } from 'typebox';

export const SitePathSchema = Type.Object({ id: Type.String({ description: 'Site id, percent-encoded.' }) });

export const PageSchema = Type.Object({
  ocpp_logs: Type.Array(OcppLogSchema),
  count: Type.Integer({ description: 'Entries that match, whatever take, skip and cursor are.' }),
  count_exact: Type.Optional(
    Type.Literal(false, {
      description: 'Of a search over texts that took longer than 2 s: count is a lower bound.',
    }),
  ),
  next_cursor: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description:
        'With the cursor parameter: where the next page begins; null at the end. Also where a search ran out of time before the page was full.',
    }),
  ),
});
