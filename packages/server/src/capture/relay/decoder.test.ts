import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { constants, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { FRAME_BYTES_MAX } from '@ocpp-logs/core';
import fc from 'fast-check';
import { ByteBudget } from './byte-budget.ts';
import { INFLATED_BYTES_MAX } from './decoder.ts';
import { type Decoded, listen, scripts, sliced, stamp } from './decoder-rig.ts';
import { CUT_PREFIX_BYTES } from './gathering.ts';
import { Turns } from './turns.ts';
import { BINARY, CLOSE, CONTINUATION, close, frame, MASK, PING, PONG, TEXT, text } from './ws-frames.ts';
import { sentFrames } from './ws-sender.ts';

const PINGED = frame({ opcode: PING, payload: Uint8Array.of(1, 2, 3), mask: MASK });
const strings = (messages: readonly Decoded[]) => messages.map(({ bytes }) => bytes.toString());

describe('the decoder', () => {
  it('gives whole messages, the arrival of the chunk that completed each, and leaves the chunks as they were', () => {
    const { decoder, messages, failures } = listen();
    const wire = Buffer.concat([
      text('[2]', { mask: MASK }),
      frame({ opcode: BINARY }),
      text('[3]', { mask: MASK }),
    ]);
    const before = Buffer.from(wire);
    const cutAt = wire.length - 1;
    decoder.push(wire.subarray(0, cutAt), stamp(1));
    decoder.push(wire.subarray(cutAt), stamp(2));
    assert.deepEqual(messages, [
      { bytes: Buffer.from('[2]'), binary: false, cut: null, at: 1 },
      { bytes: Buffer.alloc(0), binary: true, cut: null, at: 1 },
      { bytes: Buffer.from('[3]'), binary: false, cut: null, at: 2 },
    ]);
    assert.deepEqual(wire, before);
    assert.deepEqual(failures, []);
  });

  it('joins fragments with control frames between them', () => {
    const { decoder, messages, budget } = listen();
    const part = (opcode: number, content: string, fin: boolean) =>
      frame({ opcode, payload: Buffer.from(content), fin, mask: MASK });
    const wire = [
      part(TEXT, 'ab', false),
      part(PING, 'ping', true),
      part(CONTINUATION, '', false),
      part(PONG, '', true),
      part(CONTINUATION, 'cd', true),
      part(TEXT, 'ef', true),
    ];
    decoder.push(Buffer.concat(wire), stamp(1));
    assert.deepEqual(strings(messages), ['abcd', 'ef']);
    assert.equal(budget.used, 0);
  });

  it('keeps bytes that are no UTF-8', () => {
    const { decoder, messages } = listen();
    const payload = Uint8Array.of(0x5b, 0xff, 0xfe, 0x5d);
    decoder.push(frame({ opcode: TEXT, payload }), stamp(1));
    assert.deepEqual(messages[0]?.bytes, Buffer.from(payload));
  });

  it('tells close code and reason, 1005 for none, and hears nothing after it', () => {
    for (const [wire, told] of [
      [close(1000, 'bye'), [1000, 'bye']],
      [close(4000, 'für immer', { mask: MASK }), [4000, 'für immer']],
      [frame({ opcode: CLOSE }), [1005, '']],
      [frame({ opcode: CLOSE, payload: Uint8Array.of(3) }), [1005, '']],
    ] as const) {
      const { decoder, messages, closes, failures } = listen();
      decoder.push(Buffer.concat([wire, Buffer.from([0xff, 0xff, 0xff])]), stamp(1));
      assert.deepEqual([closes, messages, failures], [[told], [], []]);
    }
  });

  it('fails once, by name, on bytes that are no frames, after the messages before them', () => {
    const long = Buffer.from([0x81, 127, 0xff, 0, 0, 0, 0, 0, 0, 0]);
    for (const [wire, reason] of [
      [frame({ opcode: 3 }), 'opcode 3 is reserved'],
      [frame({ opcode: 11 }), 'opcode 11 is reserved'],
      [text('x', { reserved: 1 }), 'a reserved bit is set'],
      [text('x', { reserved: 4 }), 'compressed without an agreed extension'],
      [frame({ opcode: CONTINUATION }), 'a continuation without a message'],
      [frame({ opcode: PING, fin: false }), 'a control frame is fragmented'],
      [frame({ opcode: PING, reserved: 4 }), 'a control frame is compressed'],
      [frame({ opcode: PING, payload: new Uint8Array(126) }), 'a control frame is too long'],
      [Buffer.concat([text('a', { fin: false }), text('b')]), 'a message began within a message'],
      [long, 'a frame is longer than 2^53 bytes'],
    ] as const) {
      const { decoder, messages, failures } = listen();
      decoder.push(Buffer.concat([text('good'), wire]), stamp(1));
      decoder.push(text('after'), stamp(2));
      assert.deepEqual([strings(messages), failures], [['good'], [reason]]);
    }
  });

  it('keeps of a message over the bound its beginning, length and digest', () => {
    const payload = Buffer.alloc(FRAME_BYTES_MAX + 1, 'abcdefg');
    const wire = Buffer.concat([
      frame({ opcode: TEXT, payload: payload.subarray(0, 1000), fin: false, mask: MASK }),
      frame({ opcode: CONTINUATION, payload: payload.subarray(1000), mask: MASK }),
      text('next'),
    ]);
    const { decoder, messages, budget } = listen();
    for (let at = 0; at < wire.length; at += 50_021) decoder.push(wire.subarray(at, at + 50_021), stamp(at));
    assert.equal(messages[0]?.bytes.equals(payload.subarray(0, CUT_PREFIX_BYTES)), true);
    const sha256 = createHash('sha256').update(payload).digest('hex');
    assert.deepEqual(messages[0]?.cut, { length: payload.length, sha256 });
    assert.equal(messages[1]?.bytes.toString(), 'next');
    assert.equal(budget.used, 0);
  });

  it('keeps a message of exactly the bound whole', () => {
    const { decoder, messages } = listen();
    const payload = Buffer.alloc(FRAME_BYTES_MAX, 'x');
    decoder.push(frame({ opcode: TEXT, payload }), stamp(1));
    assert.equal(messages[0]?.bytes.equals(payload), true);
    assert.equal(messages[0]?.cut, null);
  });

  it('cuts a message where the connection holds too much already', () => {
    const budget = new ByteBudget(100_000, null);
    assert.equal(budget.take(20_000), true);
    const { decoder, messages } = listen({ budget });
    const payload = Buffer.alloc(90_000, 'y');
    decoder.push(text('a', { fin: false }), stamp(1));
    decoder.push(frame({ opcode: CONTINUATION, payload }), stamp(2));
    const whole = Buffer.concat([Buffer.from('a'), payload]);
    const sha256 = createHash('sha256').update(whole).digest('hex');
    assert.deepEqual(messages[0]?.cut, { length: 90_001, sha256 });
    assert.equal(messages[0]?.bytes.equals(whole.subarray(0, CUT_PREFIX_BYTES)), true);
    assert.equal(budget.used, 20_000);
  });
});

describe('the decoder with permessage-deflate', () => {
  const compress = (content: Uint8Array) =>
    deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const compressed = (payload: Uint8Array) => frame({ opcode: TEXT, payload, reserved: 4, mask: MASK });

  it('inflates messages that lean on those before them, in order with plain ones and the failure at the end', async () => {
    const deflater = createDeflateRaw();
    const output: Buffer[] = [];
    deflater.on('data', (bytes: Buffer) => output.push(bytes));
    const next = (content: string) =>
      new Promise<Buffer>((resolve) => {
        deflater.write(content);
        deflater.flush(constants.Z_SYNC_FLUSH, () =>
          resolve(Buffer.concat(output.splice(0)).subarray(0, -4)),
        );
      });
    const { decoder, messages, failures, budget, settled } = listen({ deflate: true });
    const first = await next('[2,"a","Heartbeat",{}]');
    const second = await next('[2,"b","Heartbeat",{}]');
    assert.ok(second.length < first.length / 2, 'the second leans on the first');
    decoder.push(Buffer.concat([compressed(first), text('plain'), compressed(second)]), stamp(1));
    decoder.push(frame({ opcode: 5 }), stamp(2));
    await settled();
    assert.deepEqual(strings(messages), ['[2,"a","Heartbeat",{}]', 'plain', '[2,"b","Heartbeat",{}]']);
    assert.deepEqual(failures, ['opcode 5 is reserved']);
    assert.equal(budget.used, 0);
  });

  it('reads on after a block that ends the stream (RFC 7692 7.2.3.4)', async () => {
    const { decoder, messages, failures, settled } = listen({ deflate: true });
    const last = Buffer.concat([deflateRawSync('closed'), Uint8Array.of(0)]);
    decoder.push(Buffer.concat([compressed(last), compressed(compress(Buffer.from('again')))]), stamp(1));
    await settled();
    assert.deepEqual([strings(messages), failures], [['closed', 'again'], []]);
  });

  it('keeps of what inflates over the bound its beginning, length and digest', async () => {
    const { decoder, messages, budget, settled } = listen({ deflate: true });
    const content = Buffer.alloc(FRAME_BYTES_MAX + 5, 'OCPP');
    decoder.push(compressed(compress(content)), stamp(1));
    await settled();
    const sha256 = createHash('sha256').update(content).digest('hex');
    assert.deepEqual(messages[0]?.cut, { length: content.length, sha256 });
    assert.equal(messages[0]?.bytes.equals(content.subarray(0, CUT_PREFIX_BYTES)), true);
    assert.equal(budget.used, 0);
  });

  it('fails on what does not inflate, on a bomb, and where too much waits', async () => {
    const broken = listen({ deflate: true });
    broken.decoder.push(compressed(Uint8Array.of(0xff, 0xff, 0xff)), stamp(1));
    while (broken.failures.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.match(broken.failures[0] ?? '', /does not inflate/);

    const bomb = listen({ deflate: true });
    bomb.decoder.push(compressed(compress(Buffer.alloc(INFLATED_BYTES_MAX + 1))), stamp(1));
    while (bomb.failures.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.match(bomb.failures[0] ?? '', /inflates beyond/);

    const full = listen({ deflate: true, budget: new ByteBudget(10, null) });
    full.decoder.push(compressed(compress(Buffer.from('a text of more than ten bytes'))), stamp(1));
    assert.deepEqual(full.failures, ['too many bytes wait to be inflated']);

    const queued = listen({ deflate: true, turns: new Turns(1) });
    const small = compressed(compress(Buffer.from('x')));
    queued.decoder.push(Buffer.concat([small, small, small]), stamp(1));
    assert.deepEqual(queued.failures, ['too many messages wait to be inflated']);
  });
});

describe('the decoder on any bytes', () => {
  it('never throws, and says the same however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(text('[]'), close(1001, 'x'), PINGED)),
        ),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (parts, cuts) => {
          const wire = Buffer.concat(parts);
          const [whole, cut] = [listen(), listen()];
          whole.decoder.push(wire, stamp(1));
          for (const chunk of sliced(wire, cuts)) cut.decoder.push(chunk, stamp(1));
          assert.deepEqual(
            [cut.messages, cut.closes, cut.failures],
            [whole.messages, whole.closes, whole.failures],
          );
        },
      ),
    );
  });
});

describe('the decoder against the sender of ws', () => {
  it('gives the same messages for any sequence of frames cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(scripts(), async ({ script, cuts, deflate, mask }) => {
        const wire = await sentFrames(script, { deflate, mask });
        const expected = script.flatMap(({ kind, content }) =>
          kind === 'message' ? [content.toString('hex')] : [],
        );
        const { decoder, messages, failures, budget, settled } = listen({
          deflate,
          turns: new Turns(10_000),
        });
        const before = Buffer.from(wire);
        for (const chunk of sliced(wire, cuts)) decoder.push(chunk, stamp(1));
        await settled();
        assert.deepEqual(failures, []);
        assert.deepEqual(
          messages.map(({ bytes }) => bytes.toString('hex')),
          expected,
        );
        assert.equal(budget.used, 0);
        assert.equal(wire.equals(before), true);
      }),
      { numRuns: 150 },
    );
  });
});
