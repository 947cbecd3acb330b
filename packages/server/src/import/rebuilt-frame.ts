/** Frames put together of the parts that a source tells. Payload texts are taken over as they stand. */

const EMPTY = '{}';

/** `id` and `action` as they say, `payload` as JSON text; null for a payload that the source leaves empty. */
export function callFrame(id: string, action: string, payload: string | null, type: 2 | 6 = 2): string {
  return `[${type},${JSON.stringify(id)},${JSON.stringify(action)},${payload ?? EMPTY}]`;
}

export function resultFrame(id: string, payload: string | null): string {
  return `[3,${JSON.stringify(id)},${payload ?? EMPTY}]`;
}

export interface ErrorParts {
  readonly code: string | null;
  readonly description: string | null;
  /** JSON text. */
  readonly details: string | null;
}

/** 4 is a CALLERROR, 5 a CALLRESULTERROR. */
export function errorFrame(type: 4 | 5, id: string, { code, description, details }: ErrorParts): string {
  const texts = [id, code ?? '', description ?? ''].map((text) => JSON.stringify(text));
  return `[${type},${texts.join(',')},${details ?? EMPTY}]`;
}
