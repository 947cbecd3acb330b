/** The text layer and the line formats under what logs go through. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evcc } from './evcc.ts';
import { everestHtml } from './everest-html.ts';
import { everestLog } from './everest-log.ts';
import { type ImportedLine, type ImportFormat, MissingOption } from './format.ts';
import { homeAssistant } from './home-assistant.ts';
import { microOcpp } from './microocpp.ts';
import { mobilityhouseOcpp } from './mobilityhouse-ocpp.ts';
import { plainFrames } from './plain-frames.ts';
import { sourceOf } from './source.ts';
import { chunksOf, fixture, rows } from './source-double.ts';
import { steve } from './steve.ts';
import { timedFrames } from './timed-frames.ts';

const LOGS: readonly (readonly [ImportFormat, string])[] = [
  [steve, 'steve.txt'],
  [homeAssistant, 'home-assistant.txt'],
  [evcc, 'evcc.txt'],
  [everestLog, 'everest.txt'],
  [everestHtml, 'everest.html'],
  [microOcpp, 'microocpp.txt'],
  [mobilityhouseOcpp, 'mobilityhouse-ocpp.txt'],
  [timedFrames, 'timed-frames.txt'],
  [plainFrames, 'plain-frames.txt'],
];
const OPTIONS = { timeZone: 'UTC', date: '2026-01-31' };

async function read(
  format: ImportFormat,
  bytes: Uint8Array,
  size = 65_536,
): Promise<readonly ImportedLine[]> {
  const { chunks } = await sourceOf(chunksOf(bytes, size));
  return (await Array.fromAsync(format.read(chunks, OPTIONS))).flat();
}

const frames = (lines: readonly ImportedLine[]) => rows(lines.filter(({ kind }) => kind !== 'skipped'));

for (const [format, name] of LOGS) {
  const log = fixture(name);

  test(`${name}: the same in chunks of any size, in UTF-16 and with CRLF`, async () => {
    const whole = rows(await read(format, log));
    for (const size of [1, 2, 13, 1_000]) assert.deepEqual(rows(await read(format, log, size)), whole);
    const text = log.toString();
    assert.deepEqual(rows(await read(format, Buffer.from(`\ufeff${text}`, 'utf16le'))), whole);
    assert.deepEqual(rows(await read(format, Buffer.from(text.replaceAll('\n', '\r\n')))), whole);
  });

  test(`${name}: truncated anywhere, what is whole before it stays`, async () => {
    const whole = frames(await read(format, log));
    await fc.assert(
      fc.asyncProperty(fc.nat(log.length), async (length) => {
        const cut = frames(await read(format, log.subarray(0, length)));
        // The last may be torn.
        assert.deepEqual(cut.slice(0, -1), whole.slice(0, Math.max(0, cut.length - 1)));
      }),
      { numRuns: 50 },
    );
  });

  test(`${name}: bytes changed anywhere never break it off`, async () => {
    const damage = fc.array(fc.tuple(fc.nat(log.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bytes = Uint8Array.from(log);
        for (const [at, byte] of changes) bytes[at] = byte;
        await readAnyhow(format, bytes);
      }),
      { numRuns: 50 },
    );
  });

  test(`${name}: coloured`, async () => {
    const whole = rows(await read(format, log));
    const coloured = log.toString().replace(/^.+$/gm, (line) => `\u001b[1;32m${line}\u001b[0m`);
    assert.deepEqual(rows(await read(format, Buffer.from(coloured))), whole);
  });
}

/** Nothing is thrown but that an option lacks. */
async function readAnyhow(format: ImportFormat, bytes: Uint8Array): Promise<void> {
  try {
    await read(format, bytes, 64);
  } catch (error) {
    if (!(error instanceof MissingOption)) throw error;
  }
}

test('property: any bytes are read by any format', async () => {
  const bits = fc.constantFrom(
    '[2,"1","A",{',
    '}]',
    '[',
    '"',
    '\\',
    '\n',
    '\r\n',
    '\u001b[1m',
    '\u001b]',
    '\ufeff',
    '\0',
    'ü',
    '\ud800',
    'INFO:ocpp:a: send ',
    '[OCPP] Send: ',
    '2026-01-31 12:00:00 ',
    'Jan  5 14:41:45 h t[1]: ',
    'a | ',
    '12:00:00 ',
    '[ocpp ] TRACE 2026/01/31 12:00:00 send a: ',
    '<tr><td>',
    '</td>',
    '{"log":"',
    '","stream":"","time":""}',
    '2026-01-31T12:00:00.1Z stdout P ',
    '2026-01-31T12:00:00Z: ChargePoint>CentralSystem ',
    '[chargeBoxId=a, sessionId=b] Sending: ',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 500 }),
        fc.array(bits, { maxLength: 40 }).map((parts) => Buffer.from(parts.join(''))),
      ),
      async (bytes) => {
        for (const [format] of LOGS) await readAnyhow(format, bytes);
      },
    ),
    { numRuns: 200 },
  );
});

test('interleaved stations: every frame is of its own', async () => {
  const lines = Array.from(
    { length: 1_000 },
    (_, at) =>
      `2026-01-31 12:00:00,000 x [chargeBoxId=CP_${at % 7}, sessionId=s${at % 7}] Received: [2,"${at}","Heartbeat",{}]`,
  );
  const read1000 = await read(steve, Buffer.from(lines.join('\n')));
  assert.deepEqual(
    read1000.map((line) => line.kind === 'frame' && [line.charger, line.connection, line.frame]),
    lines.map((_, at) => [`CP_${at % 7}`, `s${at % 7}`, `[2,"${at}","Heartbeat",{}]`]),
  );
});

test('a line of ten million bytes, and its neighbours', async () => {
  const long = `[2,"1","DataTransfer",{"data":"${']"['.replace('"', '\\"').repeat(2_500_000)}"}]`;
  const text = `2026-01-31T12:00:00Z SEND ${long}\n2026-01-31T12:00:01Z RECV [3,"1",{}]\n${'x'.repeat(10_000_000)}\n`;
  const lines = await read(timedFrames, Buffer.from(text));
  assert.deepEqual(
    lines.map((line) => (line.kind === 'frame' ? line.frame === long || line.frame : line.kind)),
    [true, '[3,"1",{}]', 'skipped'],
  );
});

test('garbage that opens and never closes takes as long as it is', async () => {
  const lines = await read(plainFrames, Buffer.from(`x\n${'[\n'.repeat(2_000_000)}[3,"1",{}]\n`));
  assert.deepEqual(rows(lines), [
    [1, 'no frame'],
    [2, 'no frame'],
    [2_000_002, null, null, null, '[3,"1",{}]'],
  ]);
});

test('a terminal of any width: hard-wrapped strings are whole again', async () => {
  const frame = '[2,"1","DataTransfer",{"vendorId":"x ] y","data":"a, b [ c","n":123456,"o":true}]';
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 12, max: 90 }), async (width) => {
      const mark = '> ';
      const wrapped = frame.replace(new RegExp(`.{${width}}`, 'g'), '$&\n');
      const [line] = await read(plainFrames, Buffer.from(`${mark.replace('>', '>>')}${wrapped}`));
      assert.equal(line?.kind === 'frame' && JSON.stringify(JSON.parse(line.frame)), frame);
    }),
  );
});

test('Latin-1 in a frame is read', async () => {
  const [line] = await read(
    timedFrames,
    Buffer.from('2026-01-31T12:00:00Z SEND [2,"1","A",{"a":"gr\xfcn"}]', 'latin1'),
  );
  assert.equal(line?.kind === 'frame' && line.frame, '[2,"1","A",{"a":"grün"}]');
});
