import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaches, layerOf, specifiersIn } from './imports.mjs';

const server = 'packages/server/src';

test('every way of importing is seen, comments are not', () => {
  const text = `
    // import { gone } from './comment.ts';
    import type { A } from './a.ts';
    import {
      b,
    } from "./b.ts";
    import './c.ts';
    export * from './d.ts';
    const e = await import('./e.ts');
  `;
  assert.deepEqual(specifiersIn(text), ['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts']);
});

test('a module may import from those before the arrow and not the other way', () => {
  const down = new Map([
    [`${server}/api/page.ts`, `import { x } from '../store/store.ts'; import { y } from '@ocpp-logs/core';`],
    [`${server}/store/store.ts`, `import type { y } from '@ocpp-logs/core';`],
    [`${server}/main.ts`, `import { run } from './cli/run.ts';`],
    [
      `${server}/cli/run.ts`,
      `import { read } from '../config.ts'; import { startServer } from '../serve.ts';`,
    ],
    [`${server}/serve.ts`, `import { build } from './api/app.ts'; import { read } from './config.ts';`],
    [`${server}/capture/relay.ts`, `import { error } from '../errors.ts';`],
  ]);
  assert.deepEqual(breaches(down), []);
  const up = new Map([[`${server}/store/store.ts`, `import type { x } from '../api/page.ts';`]]);
  assert.deepEqual(breaches(up), [`${server}/store/store.ts (store) imports ${server}/api/page.ts (api)`]);
});

test('layers side by side do not see each other', () => {
  const files = new Map([[`${server}/capture/relay.ts`, `import { x } from '../import/detect.ts';`]]);
  assert.equal(breaches(files).length, 1);
});

test('core imports nothing of ours', () => {
  const files = new Map([['packages/core/src/frame.ts', `import { x } from '../../server/src/log.ts';`]]);
  assert.deepEqual(breaches(files), [`packages/core/src/frame.ts (core) imports ${server}/log.ts (ground)`]);
});

test('a circle is named', () => {
  const files = new Map([
    [`${server}/store/a.ts`, `import { b } from './b.ts';`],
    [`${server}/store/b.ts`, `import type { a } from './a.ts';`],
  ]);
  assert.deepEqual(breaches(files), [
    `circle: ${server}/store/a.ts -> ${server}/store/b.ts -> ${server}/store/a.ts`,
  ]);
});

test('a folder that the architecture does not know is refused', () => {
  assert.equal(layerOf(`${server}/misc/x.ts`), 'unknown');
  assert.equal(breaches(new Map([[`${server}/misc/x.ts`, '']])).length, 1);
});
