import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Draft,
  emptyDraft,
  type FormSchema,
  membersOf,
  payloadText,
  readPayload,
  withMember,
} from './form-schema.ts';

const PROFILE: FormSchema = {
  type: 'object',
  required: ['connectorId', 'profile'],
  properties: {
    note: { type: 'string' },
    connectorId: { type: 'integer' },
    profile: {
      type: 'object',
      required: ['kind', 'periods'],
      properties: {
        kind: { type: 'string', enum: ['Absolute'] },
        periods: {
          type: 'array',
          minItems: 1,
          items: { type: 'object', required: ['limit'], properties: { limit: { type: 'number' } } },
        },
      },
    },
  },
};

test('required fields come first', () => {
  assert.deepEqual(
    membersOf(PROFILE).map(({ name, required }) => [name, required]),
    [
      ['connectorId', true],
      ['profile', true],
      ['note', false],
    ],
  );
});

test('a form begins with the shape of what is required, and a single choice is made', () => {
  assert.deepEqual(emptyDraft(PROFILE), { profile: { kind: 'Absolute', periods: [{}] } });
});

const parsed = (draft: Draft, schema?: FormSchema): unknown => JSON.parse(payloadText(draft, schema));

test('what is emptied is left out of the payload', () => {
  const filled = withMember(withMember({}, 'a', 1), 'b', [undefined, 'x']);
  assert.deepEqual(parsed(filled), { a: 1, b: ['x'] });
  assert.deepEqual(parsed(withMember(filled, 'a', undefined)), { b: ['x'] });
  assert.deepEqual(parsed({ off: false, zero: 0, none: [], empty: {} }), {
    off: false,
    zero: 0,
    none: [],
    empty: {},
  });
});

test('a number has the digits that were typed, and only where the schema has a number', () => {
  const of = (value: Draft) =>
    payloadText({ profile: { periods: [{ limit: value }] }, note: '12' }, PROFILE).replaceAll(/\s+/g, '');
  for (const digits of ['12', '-0.5', '1.0', '1e3', '9007199254740993', '12345678901234567890']) {
    assert.equal(of(digits), `{"profile":{"periods":[{"limit":${digits}}]},"note":"12"}`);
  }
  for (const none of ['12abc', '01', '1.', '+1', '0x10', 'NaN'])
    assert.ok(of(none).includes(`"${none}"`), none);
});

test('from text to form and back no digit changes', () => {
  const text = '{"connectorId":12345678901234567890,"profile":{"periods":[{"limit":1.0},{"limit":16}]}}';
  const draft = readPayload(text);
  assert.ok(draft !== null);
  assert.equal(payloadText(draft, PROFILE).replaceAll(/\s+/g, ''), text);
  const lines = payloadText({ a: [1], b: {} }, undefined);
  assert.equal(lines, JSON.stringify({ a: [1], b: {} }, null, 2));
});

test('only an object is a payload', () => {
  assert.deepEqual(readPayload('{"type":"Soft"}'), { type: 'Soft' });
  for (const text of ['', '[]', 'null', '{', '"x"']) assert.equal(readPayload(text), null, text);
});
