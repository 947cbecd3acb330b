import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpRoom, openFilesMax, socketsOf, stationsLine } from './sockets.ts';

const limits = (files: string) =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax processes             7000                 7000                 processes \nMax open files            ${files}                20000                files     \n`;

test('the limit of open files is what the process has now', () => {
  assert.equal(
    openFilesMax(() => limits('1024')),
    1024,
  );
  assert.equal(
    openFilesMax(() => limits('unlimited')),
    null,
  );
  assert.equal(
    openFilesMax(() => 'something else'),
    null,
  );
  assert.equal(
    openFilesMax(() => {
      throw new Error('ENOENT');
    }),
    null,
  );
});

test('files are kept for the store; of few files most are for stations all the same', () => {
  assert.equal(socketsOf(20_000), 18_000);
  assert.equal(socketsOf(1_024), 768);
  assert.equal(socketsOf(null), null);
});

test('connections over HTTP have a part of what is kept, and what stations leave free', () => {
  assert.equal(httpRoom(20_000, 0, 0), 400);
  assert.equal(httpRoom(20_000, 600, 0), 1_000);
  assert.equal(httpRoom(20_000, 18_000, 200), 5_200);
  assert.equal(httpRoom(1_024, -1, 200), 51);
  assert.equal(httpRoom(null, 200_000, 10_000), 15_000);
});

test('what is printed is what there is room for', () => {
  assert.equal(stationsLine(20_000, null), 'at most 20,000 at once');
  assert.equal(stationsLine(20_000, 100_000), 'at most 20,000 at once');
  const few = 'where all are passed on: no more files may be open';
  assert.equal(stationsLine(20_000, 18_000), `at most 18,000 at once, 9,000 ${few}`);
  assert.equal(stationsLine(500, 768), `at most 500 at once, 384 ${few}`);
});
