/** For tests: the frames that the sender of `ws` makes of messages and control frames. */

import * as ws from 'ws';

export interface SentMessage {
  readonly kind: 'message';
  readonly content: Buffer;
  readonly binary: boolean;
  readonly compress: boolean;
  /** Where it is cut into fragments, as parts of the whole; a ping goes between them. */
  readonly fragments: readonly number[];
}

export interface SentControl {
  readonly kind: 'ping' | 'pong';
  readonly content: Buffer;
}

interface SendOptions {
  readonly binary: boolean;
  readonly compress: boolean;
  readonly fin: boolean;
  readonly mask: boolean;
}

interface Sender {
  send(content: Buffer, options: SendOptions, sent: () => void): void;
  ping(content: Buffer, mask: boolean, sent: () => void): void;
  pong(content: Buffer, mask: boolean, sent: () => void): void;
}

interface Deflate {
  accept(offers: readonly object[]): object;
  cleanup(): void;
}

// Safe: `ws` 8.23 exports both (its wrapper.mjs), only its types do not know them.
const { Sender, PerMessageDeflate } = ws as unknown as {
  readonly Sender: new (socket: object, extensions: Record<string, Deflate>) => Sender;
  readonly PerMessageDeflate: new (options: { readonly threshold: number }) => Deflate;
};

export async function sentFrames(
  script: readonly (SentMessage | SentControl)[],
  options: { readonly deflate: boolean; readonly mask: boolean },
): Promise<Buffer> {
  const written: Buffer[] = [];
  const socket = {
    cork() {},
    uncork() {},
    write(bytes: Buffer, sent?: () => void) {
      // A copy: the sender masks in place what it may send again.
      written.push(Buffer.from(bytes));
      sent?.();
    },
  };
  const deflate = new PerMessageDeflate({ threshold: 0 });
  deflate.accept([{}]);
  const sender = new Sender(socket, options.deflate ? { 'permessage-deflate': deflate } : {});
  const { mask } = options;
  for (const item of script) {
    if (item.kind !== 'message') {
      await new Promise<void>((sent) => sender[item.kind](Buffer.from(item.content), mask, sent));
      continue;
    }
    const { content, binary } = item;
    const compress = item.compress && options.deflate;
    const cuts = item.fragments.map((part) => Math.floor(part * content.length)).sort((a, b) => a - b);
    const ends = [...cuts, content.length];
    for (const [i, end] of ends.entries()) {
      const piece = Buffer.from(content.subarray(ends[i - 1] ?? 0, end));
      const fin = i === ends.length - 1;
      await new Promise<void>((sent) => sender.send(piece, { binary, compress, fin, mask }, sent));
      if (!fin) await new Promise<void>((sent) => sender.ping(Buffer.from('ping'), mask, sent));
    }
  }
  deflate.cleanup();
  return Buffer.concat(written);
}
