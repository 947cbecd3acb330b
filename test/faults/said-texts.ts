/** What was said, to the character, and whether it was passed on and stored so. */

import assert from 'node:assert/strict';
import type { SeenEntry } from './site-entries.ts';

/** Texts by message id. */
export type Texts = ReadonlyMap<string, string>;

/** Spellings that a parser and a writer between here and the store would change. */
const PAYLOADS = [
  (filler: string) => `{"vendorId":"v","data":"${filler}"}`,
  (filler: string) =>
    `{ "vendorId" : "v\\u00e9\\/" ,"n": [1.50e1 , -0.0,9007199254740993],\t"data":"${filler}"}`,
  (filler: string) =>
    `{"data":"${filler}","vendorId":"\u00e9\u{1f50c}\\ud83d\\udd0c","data":null,"__proto__":{"a":1}}`,
  (filler: string) => `{"vendorId":"v","data":"{\\"inner\\" : \\"${filler}\\"}" , "0":0.10}`,
] as const;

function payload(number: number): string {
  const spelled = PAYLOADS[number % PAYLOADS.length] ?? PAYLOADS[0];
  return spelled('x'.repeat(number % 200));
}

export function callText(id: string, number: number): string {
  return `[2,"${id}", "DataTransfer",${payload(number)}]${' '.repeat(number % 3)}`;
}

export function answerText(id: string, number: number): string {
  return `[3,"${id}",${payload(number + 1)} ]`;
}

/** Of an entry that was asked for with `include=exchange,raw`: call and answer are stored as they were sent. */
export function assertStoredAsSent(
  { exchange, raw }: SeenEntry,
  sent: { readonly calls: Texts; readonly answers: Texts },
): void {
  const id = exchange.message_id ?? assert.fail('an exchange without message id');
  assert.ok(raw, `${id} has no texts`);
  assert.deepEqual([raw.truncated, raw.redacted, raw.encoding], [false, [], undefined], id);
  assert.equal(raw.request_text, sent.calls.get(id), `the call ${id}`);
  const answer = exchange.outcome === 'answered' ? sent.answers.get(id) : null;
  assert.equal(raw.response_text, answer, `the answer of ${id}`);
}

/** All that came over is what the other side had sent. */
export function assertPassedOn(came: Texts, sent: Texts): void {
  for (const [id, text] of came) assert.equal(text, sent.get(id), `${id} came over`);
}
