/** Prefixes of container runtimes. */

import { type Carrier, FRAME_NEXT, ISO, prefixed, recordIn } from './carrier.ts';

/** `{"log":"...\n","stream":"stdout","time":"..."}`; a log line of more than 16 KiB is several records. */
export const dockerJson: Carrier = {
  name: 'docker (json-file)',
  take(text) {
    if (!text.includes('"log"')) return null;
    const record = recordIn(text);
    if (typeof record?.log !== 'string' || typeof record.time !== 'string') return null;
    const ended = record.log.endsWith('\n');
    return {
      text: ended ? record.log.slice(0, -1) : record.log,
      stamp: record.time,
      goesOn: !ended,
      stream: String(record.stream),
    };
  },
};

/** As the Container Runtime Interface writes it: `<time> stdout F line`, P for a part of a line. */
const CRI = new RegExp(`^(${ISO}) (stdout|stderr) ([FP])(?::\\S{0,100})?(?: |$)`);

export const cri: Carrier = {
  name: 'Kubernetes (CRI)',
  take(text) {
    const [all, stamp, stream, part] = CRI.exec(text) ?? [];
    if (all === undefined || stamp === undefined || stream === undefined) return null;
    return { text: text.slice(all.length), stamp, goesOn: part === 'P', stream };
  },
};

export const kubectl = prefixed('kubectl logs --prefix', /^\[pod\/[^\]\s]+\] /);

export const dockerCompose = prefixed('docker compose', /^[A-Za-z0-9][\w./-]* *\|(?: |$)/);

/** `docker logs -t`, `kubectl logs --timestamps` */
export const containerTime = prefixed(
  'docker logs -t',
  new RegExp(
    String.raw`^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7,9}(?:Z|[+-]\d\d:\d\d))(?: (?!${FRAME_NEXT})|$)`,
    'i',
  ),
);
