import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formFaults } from './form-faults.ts';
import { ApiError, problemOf, Unreachable } from './problem.ts';

const refused = (status: number, body: object) => new ApiError(problemOf(status, body));

test('each fault stands at its field, as a sentence; what has no field is told by its name', () => {
  const error = refused(400, {
    title: 'Bad request',
    errors: [
      { parameter: 'password', message: 'must have 12 to 1000 characters' },
      { parameter: 'roles[1].site', message: 'must be the id of a site' },
      { parameter: 'roles', message: 'names a site twice' },
      { parameter: 'colour', message: 'is no parameter here' },
    ],
  });
  assert.deepEqual(formFaults(error, ['name', 'password', 'roles']), {
    fields: {
      password: 'Must have 12 to 1000 characters.',
      roles: 'Must be the id of a site. Names a site twice.',
    },
    rest: ['Colour is no parameter here.'],
  });
});

test('a problem without faults is told in its own words, one of the server with its reference', () => {
  assert.deepEqual(formFaults(refused(409, { title: 'Last admin', detail: 'Somebody must stay.' }), []), {
    fields: {},
    rest: ['Somebody must stay.'],
  });
  assert.deepEqual(formFaults(refused(503, { title: 'Unavailable', instance: 'r-7' }), []).rest, [
    'Unavailable.',
    'The log of the server tells more under r-7.',
  ]);
  assert.deepEqual(formFaults(new Unreachable('The server does not answer.'), []).rest, [
    'The server does not answer.',
  ]);
});
