/** For tests: WebSocket frames written out by hand, right or wrong. */

export interface FrameShape {
  readonly opcode: number;
  readonly payload?: Uint8Array;
  readonly fin?: boolean;
  /** Bits of RSV1 to RSV3, 4 to 1. */
  readonly reserved?: number;
  readonly mask?: readonly [number, number, number, number];
}

export const TEXT = 1;
export const BINARY = 2;
export const CONTINUATION = 0;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;
export const MASK = [0x12, 0x34, 0x56, 0x78] as const;

export function frame({
  opcode,
  payload = new Uint8Array(),
  fin = true,
  reserved = 0,
  mask,
}: FrameShape): Buffer {
  const length = payload.length;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(2 + extended);
  head[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (mask ? 0x80 : 0) | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) head.writeUInt16BE(length, 2);
  if (extended === 8) head.writeBigUInt64BE(BigInt(length), 2);
  if (mask === undefined) return Buffer.concat([head, payload]);
  return Buffer.concat([head, Uint8Array.from(mask), payload.map((byte, i) => byte ^ (mask[i & 3] ?? 0))]);
}

export function text(content: string, more: Omit<FrameShape, 'opcode' | 'payload'> = {}): Buffer {
  return frame({ opcode: TEXT, payload: Buffer.from(content), ...more });
}

export function close(code: number, reason = '', more: Omit<FrameShape, 'opcode' | 'payload'> = {}): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame({ opcode: CLOSE, payload: Buffer.concat([payload, Buffer.from(reason)]), ...more });
}
