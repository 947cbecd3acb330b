/** One attempt to tell one target. */

import { isIP } from 'node:net';
import { UpstreamRefused, type UpstreamRule } from '../auth/upstream-rule.ts';
import type { AlarmTarget } from '../store/alarms.ts';
import type { Lookup } from './lookup.ts';
import { type Notice, noticeId, noticeJson } from './notice.ts';
import { sendSyslog, syslogMessage } from './syslog.ts';
import { postWebhook } from './webhook.ts';

export interface Sending {
  readonly target: AlarmTarget;
  /** In clear; null where it has none. */
  readonly secret: string | null;
  readonly notice: Notice;
}

export interface SendingTools {
  readonly lookup: Lookup;
  readonly rule: UpstreamRule;
  readonly now: () => number;
}

/** ms */
export const ATTEMPT_MS = 10_000;

/** null: it was taken; otherwise why not, in words that tell nothing of the network behind this server. */
export async function send({ target, secret, notice }: Sending, tools: SendingTools): Promise<string | null> {
  const { rule, now } = tools;
  const refusal = hostRefusal(target.url, rule);
  if (refusal !== null) return refusal;
  try {
    const signal = AbortSignal.timeout(ATTEMPT_MS);
    const { url } = target;
    if (target.kind === 'syslog') {
      await sendSyslog(url, syslogMessage(notice), rule.lookup, signal);
      return null;
    }
    const body = await noticeJson(notice, tools.lookup);
    if (target.kind === 'mqtt') {
      const { topic, username } = target;
      // Loaded only where it is used.
      const { publishMqtt } = await import('./mqtt.ts');
      const wish = { url, topic, username, password: secret, payload: Buffer.from(body) };
      await publishMqtt(wish, rule.lookup, signal);
    } else {
      const seconds = Math.floor(now() / 1000);
      await postWebhook({ url, body, id: noticeId(notice), secret, seconds }, rule.lookup, signal);
    }
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

export function hostRefusal(url: string, rule: UpstreamRule): string | null {
  const host = (URL.parse(url)?.hostname ?? '').replace(/^\[|\]$/g, '');
  return rule.hostRefusal(host);
}

function reasonOf(error: unknown): string {
  if (error instanceof UpstreamRefused) return 'its name leads to an address that is not allowed';
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') {
    return `no answer within ${ATTEMPT_MS / 1000} s`;
  }
  // Of a connection the code alone: its message names addresses.
  if ('code' in error && typeof error.code === 'string' && isIP(error.code) === 0) return error.code;
  return error.message.slice(0, 200);
}
