import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { said } from './fixtures.ts';
import { mermaidOf } from './mermaid.ts';
import { type SequenceEvent, sequenceOf } from './sequence-events.ts';

test('Mermaid says the same, and no name breaks it', () => {
  const sequence = sequenceOf([
    said('1', { at: 0, change: { connector_id: 2 } }),
    said('2', { at: 60_005, after: null, exchange: { outcome: 'timeout' }, change: { action: 'A;B#C\nD' } }),
  ]);
  assert.equal(
    mermaidOf(sequence, 'CP;1', 'UTC'),
    `sequenceDiagram
    participant S as CP#59;1
    participant C as CSMS
    Note over S,C: 2026-01-05 10:00:00.000 UTC
    S->>C: Heartbeat #35;2
    C-->>S: OK · 5.0 ms
    Note over S,C: 1 min later, 2026-01-05 10:01:00.005
    S-xC: A#59;B#35;C D (timeout)
`,
  );
});

/** Statements of a sequence diagram that are used here, by the rules of Mermaid's lexer (11). */
const TEXT = '[^#\n;]';
const STATEMENTS = [
  new RegExp(`^participant [SC] as (${TEXT}*)$`),
  new RegExp(`^Note over S,C:(${TEXT}+)$`),
  new RegExp(`^[SC](?:->>|-->>|--x|-x)[SC]:(${TEXT}+)$`),
];

/** Mermaid turns entities into other signs before it reads, and back when it draws; `wrap:` first is an order. */
function readMermaid(text: string): readonly string[] {
  assert.doesNotMatch(text, /%%/);
  const [head, ...lines] = text
    .replaceAll(/#(\d+);/g, '\ufb02$1\u00b6')
    .replace(/\n$/, '')
    .split(/\r\n?|\n/);
  assert.equal(head, 'sequenceDiagram');
  return lines.map((line) => {
    const found = STATEMENTS.map((statement) => statement.exec(line.trim())).find((match) => match !== null);
    assert.ok(found, line);
    const said = (found[1] ?? '').trim();
    assert.doesNotMatch(said, /^:?(?:no)?wrap:/i);
    assert.doesNotMatch(said, /[<>]/);
    return said.replaceAll(/\ufb02(\d+)\u00b6/g, (_, code: string) => String.fromCharCode(Number(code)));
  });
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^(?:[#;%:<>&\n{}+-]|end|wrap:|nowrap:|note|<br\/>|%%\{init: 1\}%%|S->>C: x){0,6}$/),
);

test('whatever stations and actions are called, every line is a statement and says what was told', () => {
  const plain = (text: string) =>
    text.replaceAll(/[\u0000-\u0020\u007f-\u009f\u2028\u2029]+/g, ' ').trim() || '–';
  fc.assert(
    fc.property(anyText, fc.array(anyText, { minLength: 1, maxLength: 5 }), (name, labels) => {
      fc.pre(![name, ...labels].some((text) => /[\ufb02\u00b6]/.test(text)));
      const events = labels.map(
        (label, at): SequenceEvent =>
          at % 2 === 0
            ? { kind: 'message', key: `${at}`, at, way: 'to-csms', look: 'lost', label, entry: '1' }
            : { kind: 'note', key: `${at}`, at, label, trouble: false, entry: '1' },
      );
      const [station, csms, , ...told] = readMermaid(mermaidOf({ events, left: 0 }, name, 'UTC'));
      assert.deepEqual([station, csms], [plain(name), 'CSMS']);
      assert.deepEqual(told, labels.map(plain));
    }),
  );
});
