import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '../errors.ts';
import { Query } from './query-string.ts';

function faults(query: Query): readonly string[] {
  try {
    query.settle();
    return [];
  } catch (error) {
    assert.ok(error instanceof Problem);
    assert.equal(error.status, 400);
    return error.errors.map(({ parameter, message }) => `${parameter} ${message}`);
  }
}

test('values are form-decoded: a plus is a blank', () => {
  const query = new Query('/x?a=1+2%2B3&b=%C3%A4&c', ['a', 'b', 'c']);
  assert.deepEqual(
    [query.text('a'), query.text('b'), query.text('c'), query.text('d')],
    ['1 2+3', 'ä', '', null],
  );
  assert.deepEqual(faults(query), []);
});

test('an unknown parameter is named, with what was probably meant', () => {
  assert.match(faults(new Query('/x?form=1', ['from', 'to']))[0] ?? '', /^form .*did you mean from\?/);
  assert.match(faults(new Query('/x?q=1', ['from', 'to']))[0] ?? '', /^q .*known are from, to/);
  assert.match(faults(new Query('/x?q=1', []))[0] ?? '', /there are none/);
});

test('a parameter given twice is named, also when both say the same', () => {
  assert.deepEqual(faults(new Query('/x?a=1&a=1', ['a'])), ['a is given twice']);
  assert.deepEqual(faults(new Query('/x?a=1&%61=2', ['a'])), ['a is given twice']);
});

test('names of objects are parameters like any other', () => {
  assert.match(
    faults(new Query('/x?__proto__=1&constructor=2', ['a'])).join(),
    /__proto__ is no.*constructor is no/,
  );
});

test('a malformed escape is a fault of its parameter', () => {
  assert.match(faults(new Query('/x?a=%zz', ['a']))[0] ?? '', /^a holds a %/);
  assert.match(faults(new Query('/x?a=%ff', ['a']))[0] ?? '', /^a holds a %/);
  assert.match(faults(new Query('/x?%zz=1', ['a']))[0] ?? '', /^%zz=1 holds a %/);
});

test('every fault is collected', () => {
  const query = new Query('/x?n=0&m=1.5&o=&z=1', ['n', 'm', 'o']);
  for (const name of ['n', 'm', 'o']) assert.equal(query.integer(name, 1, 10, null), null);
  assert.deepEqual(
    faults(query).map((fault) => fault.split(' ')[0]),
    ['z', 'n', 'm', 'o'],
  );
});

test('whole numbers within their range, and nothing that only looks like one', () => {
  const read = (text: string) => new Query(`/x?n=${text}`, ['n']).integer('n', 1, 1000, 'wrong');
  assert.deepEqual(['1', '1000', '007'].map(read), [1, 1000, 7]);
  for (const text of ['0', '1001', '-1', '1e2', '0x10', ' 5', '5.0', '', 'NaN', '١']) {
    assert.equal(read(encodeURIComponent(text)), 'wrong', text);
  }
});

test('lists lose empty items, blanks and repetitions', () => {
  const list = (text: string) => new Query(`/x?l=${text}`, ['l']).list('l');
  assert.deepEqual(list('a,,b,+c,a,'), ['a', 'b', 'c']);
  assert.deepEqual(list('a%2Cb'), ['a', 'b']);
  assert.equal(list(','), null);
  assert.equal(list(''), null);
  assert.equal(new Query('/x', ['l']).list('l'), null);
});

test('no query makes reading throw anything but a problem', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      faults(new Query(`/x?${text}`, ['a', 'b']));
    }),
  );
});

test('an id may hold commas and outer blanks itself: the whole value is tried as one id too', () => {
  const ids = (text: string) => new Query(`/x?id=${text}`, ['id']).ids('id');
  assert.deepEqual(ids('A%2CB'), ['A', 'B', 'A,B']);
  assert.deepEqual(ids('A,%20B'), ['A', 'B', ' B', 'A, B']);
  assert.deepEqual(ids('%20sp%20'), ['sp', ' sp ']);
  assert.equal(new Query('/x', ['id']).ids('id'), null);
});

test('a parameter that narrows and names nothing is refused: it must not mean everything', () => {
  for (const text of ['', ',', '%20,']) {
    const query = new Query(`/x?id=${text}`, ['id']);
    assert.equal(query.ids('id'), null);
    assert.throws(() => query.settle(), /id: names nothing; leave it out to mean all/);
  }
});
