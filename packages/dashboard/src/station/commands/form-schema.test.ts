import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  emptyDraft,
  type FormSchema,
  membersOf,
  payloadOf,
  readNumber,
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

test('what is emptied is left out of the payload', () => {
  const filled = withMember(withMember({}, 'a', 1), 'b', [undefined, 'x']);
  assert.deepEqual(payloadOf(filled), { a: 1, b: ['x'] });
  assert.deepEqual(payloadOf(withMember(filled, 'a', undefined)), { b: ['x'] });
  assert.deepEqual(payloadOf({ off: false, zero: 0 }), { off: false, zero: 0 });
});

test('a number keeps what was typed where a number would change it', () => {
  assert.deepEqual(['', ' 12 ', '-0.5', '1e3', '12abc', '9007199254740993'].map(readNumber), [
    undefined,
    12,
    -0.5,
    '1e3',
    '12abc',
    '9007199254740993',
  ]);
});

test('only an object is a payload', () => {
  assert.deepEqual(readPayload('{"type":"Soft"}'), { type: 'Soft' });
  for (const text of ['', '[]', 'null', '{', '"x"']) assert.equal(readPayload(text), null, text);
});
