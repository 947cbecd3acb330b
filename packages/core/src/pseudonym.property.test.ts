import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { decodeEntry, type EntryText } from './entry-text.ts';
import { allOf, exchange, payloadOf, pseudonymised, requestOf } from './pseudonym-case.ts';

/** Letters that no pseudonym holds, so that a value is found in the output only where it survived. */
const values = fc
  .tuple(fc.constantFrom('Z', 'y', 'Ü'), fc.stringMatching(/^[G-Zg-z0-9]{5,14}$/))
  .map(([a, b]) => a + b);
const names = fc.constantFrom(
  'idTag',
  'parentIdTag',
  'idToken',
  'iccid',
  'serialNumber',
  'meter_serial_number',
  'vin',
);
const fillers = fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\p{L}\p{N}]/gu, '-'));

/** The value as a word of some text, in JSON in a string too. */
const mentions = (value: string) =>
  fc.oneof(
    fc.constant(value),
    fc.tuple(fillers, fillers).map(([before, after]) => `${before} ${value} ${after}`),
    fc.constant(JSON.stringify({ a: [value, { b: `\n${value}` }] })),
    fc.constant(JSON.stringify(JSON.stringify({ [value]: `\\${value}\t` }))),
    fc.constant(value.toUpperCase() === value.toLocaleUpperCase('en') ? value.toUpperCase() : value),
  );

const STRING = /"(?:[^"\\]|\\.)*"/g;
const escaped = (string: string) =>
  string.includes('\\')
    ? string
    : string.replaceAll(/[a-zA-Z]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);

/** Entries of which one names the value, and others mention it. */
const traces = values.chain((value) =>
  fc
    .record({
      name: names,
      texts: fc.array(mentions(value), { minLength: 1, maxLength: 5 }),
      spelled: fc.boolean(),
      torn: fc.nat(40),
      before: fc.boolean(),
    })
    .map(({ name, texts, spelled, torn, before }) => {
      const named = JSON.stringify([2, 'm0', 'DataTransfer', { vendorId: 'v', x: { [name]: value } }]);
      const telling = texts.map((text, at) =>
        JSON.stringify([2, `m ${value} ${at}`, 'StatusNotification', { info: text, [text]: at, l: [text] }]),
      );
      const frames = telling.map((text) => (spelled ? text.replace(STRING, escaped) : text));
      const cut = telling.map((text) => text.slice(0, Math.max(0, text.length - torn)));
      const entries = [...frames, ...(telling.length > 1 ? [`${cut[0]} ${value} `] : [])].map((text) =>
        exchange('1.6', text, null, { charger: value, connection: `${value}/1` }),
      );
      const naming = exchange('1.6', named);
      return { value, entries: before ? [naming, ...entries] : [...entries, naming] };
    }),
);

const said = (entry: EntryText) => JSON.stringify([payloadOf(entry), decodeEntry(entry).fields]);

test('no value that is named anywhere survives anywhere', () => {
  fc.assert(
    fc.property(traces, ({ value, entries }) => {
      for (const entry of pseudonymised(entries)) {
        const found = `${allOf(entry)}${said(entry)}`.toLowerCase();
        assert.ok(!found.includes(value.toLowerCase()), `${value} in ${found}`);
      }
    }),
    { numRuns: 300 },
  );
});

test('the same value becomes the same in every message and every export', () => {
  fc.assert(
    fc.property(values, names, names, (value, one, other) => {
      const call = (name: string) => exchange('1.6', JSON.stringify([2, 'm', 'X', { [name]: value }]));
      const [first] = pseudonymised([call(one)]);
      const [, second] = pseudonymised([exchange('1.6', '[2,"m","Heartbeat",{}]'), call(other)]);
      const [a] = Object.values(payloadOf(first) as object);
      const [b] = Object.values(payloadOf(second) as object);
      assert.match(a, /^p[0-9a-f]{15}$/);
      assert.equal(a, b);
    }),
  );
});

const json = fc.json({ maxDepth: 4, stringUnit: 'binary' });

test('what holds nothing of the kind keeps every byte, and JSON stays JSON', () => {
  fc.assert(
    fc.property(json, fc.boolean(), (body, torn) => {
      const whole = `[2,"m","DataTransfer",{"data":${body}}]`;
      const text = torn ? whole.slice(0, -1) : whole;
      const entry = exchange('1.6', text);
      const [after] = pseudonymised([entry]);
      if (!torn) JSON.parse(requestOf(after));
      const [again] = pseudonymised([after ?? assert.fail()]);
      assert.equal(requestOf(again), requestOf(after));
      if (requestOf(after) === requestOf(entry)) assert.equal(after, entry);
    }),
    { numRuns: 500 },
  );
});

test('only the characters of the value change', () => {
  fc.assert(
    fc.property(fillers, fillers, values, (before, after, value) => {
      const text = (tag: string) =>
        `[2,"m","X",{"a":${JSON.stringify(before)}, "idTag" :"${tag}","b":${JSON.stringify(`${after} ${tag} `)} }]`;
      const [entry] = pseudonymised([exchange('1.6', text(value))]);
      const { idTag } = payloadOf(entry) as { idTag: string };
      assert.equal(requestOf(entry), text(idTag));
    }),
  );
});
