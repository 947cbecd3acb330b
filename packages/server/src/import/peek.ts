/** A look at the beginning of a stream that loses nothing of it. */

/** How much of a source is looked at to tell what it is. */
export const SAMPLE_BYTES = 256 * 1024;

export interface Peeked {
  /** The first bytes; fewer than asked for only where there are no more. */
  readonly head: Uint8Array;
  /** Everything from the beginning; can be read once. */
  readonly all: AsyncIterable<Uint8Array>;
}

export async function peek(chunks: AsyncIterable<Uint8Array>, bytes: number): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let length = 0;
  let failure: { readonly error: unknown } | null = null;
  while (length < bytes && failure === null) {
    try {
      const { done, value } = await iterator.next();
      if (done === true) break;
      read.push(value);
      length += value.length;
    } catch (error) {
      // What came before it is read first.
      failure = { error };
    }
  }
  if (failure !== null && length === 0) throw failure.error;
  const [first = new Uint8Array()] = read;
  const begun = read.length <= 1 ? first : Buffer.concat(read);
  async function* all(): AsyncIterable<Uint8Array> {
    try {
      if (begun.length > 0) yield begun;
      if (failure !== null) throw failure.error;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
  return { head: begun.subarray(0, bytes), all: all() };
}

/** The first two characters that are no blanks, and everything from the beginning. */
export async function startOf(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly first: string; readonly second: string; readonly all: AsyncIterable<Uint8Array> }> {
  const { head, all } = await peek(chunks, SAMPLE_BYTES);
  const [, first = '', second = ''] = /(\S)\s*(\S?)/.exec(new TextDecoder().decode(head)) ?? [];
  return { first, second, all };
}
