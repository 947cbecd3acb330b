/** A data block of a bundle: gzip in base64, which holds nothing that could end it or begin a script. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export class PackedPart {
  bytes = 0;
  readonly #chunks: Buffer[] = [];
  readonly #hash = createHash('sha256');
  readonly #gzip = createGzip();

  constructor() {
    this.#gzip.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    this.#hash.update(bytes);
    // It is read when this has returned, and whoever writes may use the bytes again.
    if (!this.#gzip.write(Buffer.from(bytes))) await once(this.#gzip, 'drain');
  }

  async text(text: string): Promise<void> {
    await this.write(Buffer.from(text));
  }

  /** As an element of the page. Nothing may follow. */
  async end(id: string): Promise<string> {
    this.#gzip.end();
    await finished(this.#gzip);
    const data = Buffer.concat(this.#chunks).toString('base64');
    return `<script type="application/gzip" data-encoding="base64" id="${id}">${data}</script>\n`;
  }

  /** Hex SHA-256 of what was written; once. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  cancel(): void {
    this.#gzip.destroy();
    this.#chunks.length = 0;
  }
}
