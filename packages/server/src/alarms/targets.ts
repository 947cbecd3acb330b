/** Which targets there are, and what their addresses look like. */

import type { TARGET_KINDS } from '../store/alarms.ts';

export type TargetKind = (typeof TARGET_KINDS)[number];

export interface TargetForm {
  /** Of addresses. */
  readonly schemes: readonly string[];
  /** Whether the address may have a path. */
  readonly path: boolean;
  readonly example: string;
}

export const TARGET_FORMS: Readonly<Record<TargetKind, TargetForm>> = {
  webhook: { schemes: ['https:', 'http:'], path: true, example: 'https://hooks.example/ocpp' },
  mqtt: { schemes: ['mqtts:', 'mqtt:'], path: false, example: 'mqtts://broker.example:8883' },
  syslog: { schemes: ['tcp:', 'udp:'], path: false, example: 'tcp://logs.example:601' },
};

export const URL_MAX = 2_000;
export const TOPIC_MAX = 500;

/** null: it is one. */
export function urlFault(kind: TargetKind, text: string): string | null {
  const { schemes, path, example } = TARGET_FORMS[kind];
  const url = URL.parse(text);
  if (url === null || text.length > URL_MAX || url.hostname === '' || !schemes.includes(url.protocol)) {
    return `must be an address such as ${example}`;
  }
  if (url.username !== '' || url.password !== '') return 'must hold no user and no password';
  if (!path && (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')) {
    return `must be no more than host and port, such as ${example}`;
  }
  return kind === 'syslog' && url.port === '' ? `must name the port, such as ${example}` : null;
}

/** MQTT 5.0 4.7: of what is published, without wildcards. */
export function topicFault(topic: string): string | null {
  const bytes = Buffer.byteLength(topic);
  if (bytes === 0 || bytes > TOPIC_MAX) return `must have 1 to ${TOPIC_MAX} bytes`;
  return /[#+\0]/.test(topic) || topic.startsWith('$')
    ? 'must hold no #, no + and no $ at its beginning'
    : null;
}
