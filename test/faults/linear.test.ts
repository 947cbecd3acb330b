/** A frame of a few kilobytes must not keep the recorder, or a body the server, from everything else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  callFingerprint,
  ErasedTags,
  erasedForms,
  IdTags,
  Pseudonyms,
  readFrame,
  readMessage,
  readTruncated,
  redact,
  secretInMalformed,
} from '../../packages/core/src/index.ts';
import { exchange, hashWith } from '../../packages/core/src/pseudonym-case.ts';
import { isTooDeep } from '../../packages/server/src/api/body-query.ts';
import { PSEUDONYM_KEY, recordingRig } from '../../packages/server/src/capture/recorder/recording-rig.ts';
import { formsOf } from '../../packages/server/src/store/erasure.ts';
import { growthOf } from './growth.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';

const hash = hashWith('k');
const ERASED = ['2026 0000', '20262026', 'abcd'].map((tag, at) => ({
  replacement: `erased-${at}`,
  forms: erasedForms(tag, hash),
}));

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'the frame is read': (text) => readFrame(Buffer.from(text), false, null),
  'half of it is read': readTruncated,
  'secrets are masked': (text) => redact(text, readMessage(text), null, ['wifi']),
  'secrets in half of it are masked': (text) => redact(text, readTruncated(text), null, ['wifi']),
  'secrets in what cannot be read are looked for': (text) => secretInMalformed(text, ['wifi']),
  'id tags become pseudonyms': (text) => {
    const tags = new IdTags(hash);
    const message = readMessage(text);
    return message.kind === 'malformed' ? tags.named(text) : tags.replace(text, message);
  },
  'erased id tags are found': (text) => new ErasedTags(hash, ERASED).frame(text),
  'fields are derived as 1.6': (text) => exchange('1.6', text),
  'fields are derived as 2.0.1': (text) => exchange('2.0.1', text),
  'it is told from other calls': (text) => {
    const message = readMessage(text);
    return message.kind === 'call' ? callFingerprint(message, text) : null;
  },
  'an export is pseudonymised': (text) => {
    const entry = exchange('1.6', text);
    const values = new Pseudonyms(hash);
    values.collect(entry);
    return values.replace(entry);
  },
  'a body is looked at before it is parsed': isTooDeep,
};

for (const [name, read] of Object.entries(READERS)) {
  test(`${name} in time that grows with its length`, () => {
    const slow = HOSTILE_TEXTS.flatMap(([text, make]) => {
      const growth = growthOf(make, read);
      return growth === null ? [] : [`${text}: ${growth}`];
    });
    assert.deepEqual(slow, []);
  });
}

test('the recorder takes a frame from its bytes to its file in time that grows with its length', async (t) => {
  const rig = await recordingRig(t);
  const erased = ['2026', 'abcd 2026'].map((tag, at) => ({
    site: 's',
    replacement: `erased-${at}`,
    forms: formsOf(PSEUDONYM_KEY, 's', tag),
  }));
  rig.recording.keptOut.follow(new Map([['s', { level: 'debug', pseudonymise: true, erased }]]));
  rig.open();
  const taken: Promise<void>[] = [];
  const take = (text: string) => {
    rig.station(text);
    taken.push(rig.handOver());
  };
  const slow = HOSTILE_TEXTS.flatMap(([text, make]) => {
    const growth = growthOf(make, take);
    return growth === null ? [] : [`${text}: ${growth}`];
  });
  await Promise.all(taken);
  assert.deepEqual(slow, []);
  assert.ok(rig.entries('exchange').length > HOSTILE_TEXTS.length / 2);
});

test('what stands in the place of erased id tags is counted in time that grows with the text, however many there are', () => {
  const replacements = (text: string) => text.split(' ');
  const make = (length: number) =>
    Array.from({ length: length / 4 }, (_, at) => `erased-${at.toString(16).padStart(12, '0')}`).join(' ');
  const entries = new Map<string, ReturnType<typeof exchange>>();
  const count = (text: string) => {
    const entry =
      entries.get(text) ?? exchange('1.6', `[2,"m","DataTransfer",{"vendorId":"v","data":"${text}"}]`);
    entries.set(text, entry);
    const all = replacements(text);
    const tags = new ErasedTags(
      hash,
      all.map((replacement) => ({ replacement, forms: [] })),
    );
    assert.equal(tags.occurrences(entry), all.length);
  };
  assert.equal(growthOf(make, count), null);
});
