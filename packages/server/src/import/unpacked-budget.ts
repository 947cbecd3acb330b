/** How much may come out of all that is packed of an import: a small file can hold more than any disk. */

export class UnpackedTooMuchError extends Error {
  override readonly name = 'UnpackedTooMuchError';
}

export class UnpackedBudget {
  readonly #max: number;
  #used = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Throws an {@link UnpackedTooMuchError} where it is used up. */
  async *of(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      this.#used += chunk.length;
      if (this.#used > this.#max) {
        throw new UnpackedTooMuchError(
          `holds, unpacked and with the packed files before it, more than ${this.#max} bytes (imports.max_unpacked_bytes)`,
        );
      }
      yield chunk;
    }
  }
}
