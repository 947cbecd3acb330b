import assert from 'node:assert/strict';
import { test } from 'node:test';
import { erasedTagsOf, formsOf, type SiteErasedTag } from '../../store/erasure.ts';
import { PSEUDONYM_KEY, type RecordingRig, recordingRig, START } from './recording-rig.ts';

const TAG = 'Tag-Of-A-Driver-1';
const GONE = 'erased-0123456789ab';
const ERASED: SiteErasedTag = { site: 's', replacement: GONE, forms: formsOf(PSEUDONYM_KEY, 's', TAG) };
const AUTHORIZE = `[2,"1","Authorize",{"idTag":"${TAG}"}]`;
const line = (ms: number, direction: string, frame: string) => ({
  charger_id: 'CP1',
  ocpp_version: '1.6',
  occurrence_time: new Date(START + ms).toISOString(),
  direction,
  frame,
});
const LINES = [
  line(0, 'station_to_csms', AUTHORIZE),
  line(20, 'csms_to_station', `[3,"1",{"idTagInfo":{"status":"Accepted","parentIdTag":"${TAG}"}}]`),
  line(
    40,
    'station_to_csms',
    `[2,"2","DataTransfer",{"vendorId":"v","data":"card ${TAG.toLowerCase()} gone"}]`,
  ),
  line(60, 'csms_to_station', `[4,"2","GenericError","no ${TAG}",{"idTag":"${TAG}"}]`),
  line(80, 'csms_to_station', `[3,"nobody asked",{"idTagInfo":{"parentIdTag":"${TAG}"}}]`),
  line(90, 'station_to_csms', `[2,"3","Authorize",{"idTag":"${TAG}"`),
];

function follow(rig: RecordingRig, pseudonymise: boolean, erased: readonly SiteErasedTag[]): void {
  rig.recording.keptOut.follow(new Map([['s', { level: 'debug', pseudonymise, erased }]]));
}

function textOf(rig: RecordingRig): string {
  const entries = (['exchange', 'orphan', 'malformed'] as const).flatMap((kind) => rig.entries(kind));
  const wires = entries.flatMap(({ request, answer, rejection }) => [request, answer, rejection]);
  const texts = wires.map((wire) => Buffer.from(wire?.bytes ?? []).toString('latin1'));
  return [...texts, ...entries.map(({ fields, error }) => JSON.stringify([fields, error]))].join('\n');
}

/** Of what is stored, as the recorder's thread does it. */
function eraseStored(rig: RecordingRig): void {
  const tags = erasedTagsOf(PSEUDONYM_KEY, 's', [ERASED]);
  let ended = false;
  rig.writer.erase({
    id: 'e',
    site: 's',
    entry: (text) => tags.entry(text),
    name: (name) => tags.text(name),
    occurrences: (text) => tags.occurrences(text),
    dry: false,
    onProgress: (progress) => {
      ended = progress.ended;
    },
  });
  while (!ended) rig.writer.maintain(rig.now, new Map());
}

test('what was erased is known when it comes again, and comes again without the tag', async (t) => {
  for (const pseudonymise of [false, true]) {
    const rig = await recordingRig(t);
    follow(rig, pseudonymise, []);
    // A broken frame that names id tags is kept by its digest alone where pseudonyms are asked for.
    const lines = pseudonymise ? LINES.slice(0, -1) : LINES;
    assert.equal((await rig.take(lines, true, 'import')).accepted, lines.length);
    const before = rig.entries().length;
    follow(rig, pseudonymise, [ERASED]);
    eraseStored(rig);
    assert.equal(rig.entries().length, before);
    assert.equal(rig.entries()[0]?.fields.request_id_tag, GONE);
    const stored = textOf(rig);
    assert.ok(!stored.toLowerCase().includes(TAG.toLowerCase()), stored);
    const again = await rig.take(lines, true, 'import');
    assert.deepEqual([again.accepted, again.duplicates], [0, lines.length]);
    assert.equal(textOf(rig), stored);
  }
});

test('live frames of an erased tag are masked from then on, malformed and broken ones too', async (t) => {
  const rig = await recordingRig(t);
  follow(rig, false, [ERASED]);
  rig.open();
  rig.station(AUTHORIZE);
  rig.csms('[3,"1",{"idTagInfo":{"status":"Accepted"}}]');
  rig.station(`card ${TAG}`);
  rig.station(Buffer.concat([Buffer.from([0xff]), Buffer.from(`idTag=${TAG};`), Buffer.from([0xc0])]));
  await rig.handOver();
  const [entry] = rig.entries();
  assert.deepEqual([entry?.outcome, entry?.fields.request_id_tag], ['answered', GONE]);
  assert.equal(Buffer.from(entry?.request?.bytes ?? []).toString(), AUTHORIZE.replace(TAG, GONE));
  const [words, bytes] = rig.entries('malformed').map(({ request }) => Buffer.from(request?.bytes ?? []));
  assert.equal(words?.toString(), `card ${GONE}`);
  assert.equal(bytes?.toString('latin1'), `\u00ffidTag=${GONE};\u00c0`);
});

test('a call that waits while its tag is erased ends without it', async (t) => {
  const rig = await recordingRig(t);
  follow(rig, false, []);
  rig.open();
  rig.station(AUTHORIZE);
  await rig.handOver();
  assert.ok(textOf(rig).includes(TAG));
  follow(rig, false, [ERASED]);
  eraseStored(rig);
  assert.ok(!textOf(rig).includes(TAG));
  rig.csms(`[3,"1",{"idTagInfo":{"status":"Accepted"}}]`);
  await rig.handOver();
  const [entry] = rig.entries();
  assert.deepEqual([entry?.outcome, entry?.fields.request_id_tag], ['answered', GONE]);
  assert.ok(!textOf(rig).includes(TAG));
});

test('frames of other sites stay as they are', async (t) => {
  const rig = await recordingRig(t);
  const erased = [{ ...ERASED, site: 'other' }];
  rig.recording.keptOut.follow(new Map([['other', { level: 'debug', pseudonymise: false, erased }]]));
  await rig.take(LINES.slice(0, 1), true);
  assert.equal(rig.entries()[0]?.fields.request_id_tag, TAG);
});
