/**
 * Masks the secrets of a frame, before anything of it is stored: the only alteration there is. Every character outside
 * the masked ones stays. Source: extraction rules 1, "Masking".
 */

import { elementSpan, elementStart, type Span } from './json-text.ts';
import type { MalformedMessage, Message } from './message.ts';
import { readMessage, readTruncated } from './read-message.ts';
import { type SecretNames, secretNames } from './secret-names.ts';
import { MASK, type SecretSpan, secretSpans } from './secret-spans.ts';
import { unescaped } from './unescaped.ts';
import { userInfoSpans } from './url-user-info.ts';

/** Paths told of one frame; what is masked has no such bound. */
const PATHS_MAX = 100;

export interface Redacted<M extends Message = Message> {
  readonly text: string;
  /** Paths within the payload; of an error `description` and `details`; `text` where there is no structure. */
  readonly redacted: readonly string[];
  /** Read again from the masked text if that changed. */
  readonly message: M;
}

/**
 * `action`: of an answer that of its call, null where it is not known. Secrets are recognised by their shape; only
 * texts inside `data` need it. `extra`: configured names of members, configuration keys and variables.
 */
export function redact<M extends Message>(
  text: string,
  message: M,
  action: string | null,
  extra: readonly string[] = [],
): Redacted<M> {
  const names = secretNames(extra);
  const url = text.includes('@') && text.includes('/');
  if (!url && !text.includes('\\u') && !names.hinted(text)) return { text, redacted: [], message };
  if (message.kind === 'malformed') {
    const spans = urlSpans(text, 0);
    return { text: maskedText(text, spans), redacted: pathsOf(spans), message };
  }
  const truncated = message.findings[0]?.code === 'truncated';
  const start = truncated ? elementStart(text, message.kind === 'result' ? 2 : 3) : 0;
  if (start < 0) return { text, redacted: [], message };
  if (truncated && readings(text).some((reading) => names.hinted(reading))) {
    // Where a secret stands cannot be told in half a text: nothing of the payload is kept.
    return { text: text.slice(0, start), redacted: ['payload'], message };
  }
  const spans = truncated ? urlSpans(text, start) : messageSpans(text, message, action, names);
  if (spans.length === 0) return { text, redacted: [], message };
  const masked = maskedText(text, spans);
  const again = truncated ? readTruncated(masked) : readMessage(masked);
  // Masks stay inside the payload, or inside a string of it: what is read again is a message of the same kind.
  return { text: masked, redacted: pathsOf(spans), message: again as M };
}

/**
 * Whether a text that cannot be read as a message names a secret. Then nothing of the text may be kept. Bytes that are
 * no UTF-8 are to be given as Latin-1.
 */
export function secretInMalformed(text: string, extra: readonly string[] = []): boolean {
  const names = secretNames(extra);
  return readings(text).some((reading) => names.named(reading));
}

/** The text, and what it says where names in it are written with escapes, in a string within a string too. */
function readings(text: string): string[] {
  if (!text.includes('\\u')) return [text];
  const once = unescaped(text).text;
  return [text, once, unescaped(once).text];
}

function urlSpans(text: string, from: number): SecretSpan[] {
  const plain = unescaped(text);
  return userInfoSpans(plain.text)
    .map(({ start, end }) => ({
      start: plain.position(start),
      end: plain.position(end),
      mask: MASK,
      path: 'text',
    }))
    .filter(({ start, end }) => start >= from && text.slice(start, end) !== MASK);
}

function messageSpans(
  text: string,
  message: Exclude<Message, MalformedMessage>,
  action: string | null,
  names: SecretNames,
): SecretSpan[] {
  switch (message.kind) {
    case 'call':
    case 'send':
      return payloadSpans(text, message.payloadSpan, message.action, names);
    case 'result':
      return payloadSpans(text, message.payloadSpan, action, names);
    case 'error':
    case 'result_error': {
      const found: SecretSpan[] = [];
      for (const [index, root] of ['description', 'details'].entries()) {
        const span = elementSpan(text, 3 + index);
        if (span !== null) found.push(...secretSpans(text, span, { names, root, embedding: 'anywhere' }));
      }
      return found;
    }
  }
}

function payloadSpans(
  text: string,
  span: Span | null,
  action: string | null,
  names: SecretNames,
): SecretSpan[] {
  const embedding = action === null || action === 'DataTransfer' ? 'data' : 'none';
  return span === null ? [] : secretSpans(text, span, { names, root: '', embedding });
}

function maskedText(text: string, spans: readonly SecretSpan[]): string {
  let masked = '';
  let at = 0;
  for (const { start, end, mask } of spans) {
    masked += text.slice(at, start) + mask;
    at = end;
  }
  return masked + text.slice(at);
}

function pathsOf(spans: readonly SecretSpan[]): string[] {
  const paths = new Set<string>();
  for (const { path } of spans) {
    if (paths.size === PATHS_MAX) break;
    paths.add(path);
  }
  return [...paths];
}
