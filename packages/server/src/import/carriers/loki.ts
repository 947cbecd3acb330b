/** Output of logcli, the reader of Loki. */

import { type Carrier, ISO, prefixed, recordIn, whole } from './carrier.ts';

/** `<time> {app="x", host="y"} line` */
export const loki = prefixed(
  'Loki',
  new RegExp(String.raw`^(${ISO}) \{(?:\s*[A-Za-z_][\w.]*="(?:[^"\\]|\\.)*"\s*,?)*\}(?:\s+|$)`),
);

/** `logcli -o jsonl`: `{"labels":{...},"line":"...","timestamp":"..."}` */
export const lokiJson: Carrier = {
  name: 'Loki (jsonl)',
  take(text) {
    if (!text.includes('"line"')) return null;
    const record = recordIn(text);
    if (typeof record?.line !== 'string' || typeof record.timestamp !== 'string') return null;
    return 'labels' in record ? whole(record.line, record.timestamp) : null;
  },
};
