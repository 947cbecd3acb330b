/** Downloads, exports and API pages of an OCPP log with the published fields: `occurrence_time`, `action`, `payload` ... */

import type { ImportFormat } from './format.ts';
import { recordLines } from './page-entry.ts';
import { recordTime } from './record-time.ts';
import { linesOfRecords, recordsIn, shareOfRecords } from './records.ts';

const NAMES = ['occurrence_time', 'action', 'payload', 'charger_id'];

export const ocppLogs: ImportFormat = {
  name: 'ocpp-logs',
  title: 'exports and API pages of ocpp-logs, downloads and API pages of ChargePilot (CSV, JSON, NDJSON)',
  example:
    '{"occurrence_time":"2026-01-31T12:00:00.250Z","action":"Heartbeat","payload":{},"site_id":"depot","charger_id":"CP_1"}',

  detect(sample) {
    const found = shareOfRecords(sample, NAMES.join(', '), (record) =>
      NAMES.every((name) => record.has(name)),
    );
    const [first] = recordsIn(sample);
    const texts =
      first?.has('raw.request_text') === true ? 'the frames as they were' : 'no text of the frames';
    return { ...found, evidence: `${found.evidence}, ${texts}` };
  },

  read(chunks, options) {
    const readTime = recordTime(options);
    return linesOfRecords(chunks, (record) => recordLines(record, readTime));
  },
};
