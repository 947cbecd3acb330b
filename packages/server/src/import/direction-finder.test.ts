import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DirectionFinder, type SeenFrom, type Settled } from './direction-finder.ts';
import { frameAt, type ImportedFrame } from './format.ts';

type Given = Partial<ImportedFrame> & { readonly frame: string };

/** S and C for the sender, - for what is skipped; in the order of coming out. */
function senders(frames: readonly Given[], seenFrom: SeenFrom | null = null): string {
  const finder = new DirectionFinder(seenFrom);
  const settled: Settled[] = frames.flatMap((frame, at) =>
    finder.take(frameAt(at + 1, frame.frame, { charger: 'a', ...frame })),
  );
  return [...settled, ...finder.end()]
    .map((line) => (line.kind === 'skipped' ? '-' : line.direction === 'station_to_csms' ? 'S' : 'C'))
    .join('');
}

const heartbeat = '[2,"1","Heartbeat",{}]';
const reset = '[2,"2","Reset",{"type":"Soft"}]';
const transfer = '[2,"3","DataTransfer",{"vendorId":"x"}]';

test('a call goes the way of its action, an answer against its call', () => {
  assert.equal(
    senders([
      { frame: heartbeat },
      { frame: '[3,"1",{}]' },
      { frame: reset },
      { frame: '[4,"2","InternalError","",{}]' },
    ]),
    'SCCS',
  );
});

test('a CALLRESULTERROR goes the way of its call', () => {
  assert.equal(
    senders([{ frame: heartbeat }, { frame: '[3,"1",{}]' }, { frame: '[5,"1","FormatViolation","",{}]' }]),
    'SCS',
  );
});

test('what nothing decides is skipped: a direction is never invented', () => {
  assert.equal(
    senders([{ frame: '[3,"9",{}]' }, { frame: transfer }, { frame: '[2,"4","Made.Up",{}]' }]),
    '---',
  );
});

test('answers of another charger are not taken for its own', () => {
  assert.equal(senders([{ frame: heartbeat }, { frame: '[3,"1",{}]', charger: 'b' }]), 'S-');
});

test('sent and received mean what the first call shows, for what came before it too', () => {
  assert.equal(
    senders([
      { frame: '[3,"0",{}]', way: 'received' },
      { frame: transfer, way: 'sent' },
      { frame: heartbeat, way: 'sent' },
      { frame: '[3,"1",{}]', way: 'received' },
      { frame: '[2,"5","DataTransfer",{}]', way: 'received' },
      { frame: '[broken', way: 'sent' },
    ]),
    'CSSCCS',
  );
  assert.equal(
    senders([
      { frame: heartbeat, way: 'received' },
      { frame: transfer, way: 'sent' },
    ]),
    'SC',
  );
});

test('told where the log was written, the marks alone decide', () => {
  assert.equal(
    senders(
      [
        { frame: heartbeat, way: 'sent' },
        { frame: '[3,"9",{}]', way: 'received' },
      ],
      'csms',
    ),
    'CS',
  );
});

test('a direction that the source tells stands', () => {
  assert.equal(senders([{ frame: heartbeat, direction: 'csms_to_station' }, { frame: '[3,"1",{}]' }]), 'CS');
});

test('marks that no call explains are skipped at the end', () => {
  assert.equal(
    senders([
      { frame: '[3,"1",{}]', way: 'sent' },
      { frame: transfer, way: 'received' },
    ]),
    '--',
  );
});

test('a frame without a mark is skipped with the word that an option does not help', () => {
  const [skipped] = new DirectionFinder('csms').take(frameAt(1, '[3,"9",{}]'));
  assert.deepEqual(skipped, {
    kind: 'skipped',
    line: 1,
    reason:
      'the direction cannot be told: an answer to no call of the file, or an action that goes both ways; nothing marks it as sent or received, so --seen-from does not help',
  });
});
