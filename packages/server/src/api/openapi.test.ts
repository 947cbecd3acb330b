import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TSchema, Type } from 'typebox';
import { openApi } from './openapi.ts';
import type { ServedOperation } from './operation.ts';

function served(url: string, schema: TSchema): ServedOperation {
  return {
    method: 'GET',
    url,
    operation: {
      id: url,
      summary: 'One',
      description: 'One of them.',
      tag: 'Server',
      scope: null,
      extension: true,
      answers: { 200: { description: 'It.', content: { 'application/json': schema } } },
      problems: [],
    },
  };
}

test('a schema that two routes share is written once, and two of one name are refused', () => {
  const thing = Type.Object({ id: Type.String() }, { title: 'Thing' });
  const list = Type.Object({ things: Type.Array(thing) }, { title: 'Things' });
  const { components } = openApi([served('/one', thing), served('/all', list)], '1', '');
  assert.deepEqual(Object.keys(components.schemas).sort(), ['Problem', 'Thing', 'Things']);
  const other = Type.Object({ id: Type.Integer() }, { title: 'Thing' });
  assert.throws(
    () => openApi([served('/all', list), served('/other', other)], '1', ''),
    /two schemas of the API are called Thing/,
  );
});
