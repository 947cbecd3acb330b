/** What payloads tell, read without trust: another type is nothing told. */

import { instantOf } from '../extract/instant.ts';
import { isArray, isObject, type Leaf } from '../extract/leaf.ts';
import type { JsonObject } from '../message.ts';

export function objectIn(from: JsonObject | null, name: string): JsonObject | null {
  const value = from?.[name];
  return isObject(value) ? value : null;
}

export function textIn(from: JsonObject | null, name: string): string | null {
  const value = from?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Of a number, or of a text that spells one. */
export function numberIn(from: JsonObject | null, name: string): number | null {
  const value = from?.[name];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'bigint') return Number(number);
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** A number or a text, as text: ids that are one or the other. */
export function idIn(from: JsonObject | null, name: string): string | null {
  const value = from?.[name];
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

export function objectsIn(from: JsonObject | null, name: string): readonly JsonObject[] {
  const value: Leaf = from?.[name];
  if (isArray(value)) return value.filter(isObject);
  return isObject(value) ? [value] : [];
}

export function timeIn(from: JsonObject | null, name: string): number | null {
  const text = textIn(from, name);
  return text === null ? null : instantOf(text);
}

/** `status` of the answer. */
export function answeredStatus(answer: JsonObject | null): string | null {
  return textIn(answer, 'status');
}

/** Characters of what an answer says beside its status. */
const WORDS_MAX = 120;
const NOTHING = new Set(['Accepted', 'NoError']);

/** Why an answer says no, in its own words (OCPP 2.x); '' where it says yes, or not why. */
export function answeredReason(answer: JsonObject | null): string {
  const [info, token] = [objectIn(answer, 'statusInfo'), objectIn(answer, 'idTokenInfo')];
  if (answeredStatus(answer) === 'Accepted' || answeredStatus(token) === 'Accepted') return '';
  const words = [
    textIn(answer, 'certificateStatus'),
    textIn(info, 'reasonCode'),
    textIn(info, 'additionalInfo'),
    textIn(objectIn(token, 'personalMessage'), 'content'),
  ].filter((word) => word !== null && !NOTHING.has(word));
  const said = words.join(', ');
  return said.length > WORDS_MAX ? `${said.slice(0, WORDS_MAX)}…` : said;
}

/** A status, or the code of an error, with the reason that the answer gives for it. */
export function withReason(status: string, answer: JsonObject | null): string {
  const reason = answeredReason(answer);
  return reason === '' ? status : `${status}: ${reason}`;
}
