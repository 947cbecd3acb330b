/**
 * Ids of changes as live tails tell them. A change is known by its site and by how many of that site were before it, and
 * not by how many there were at all: who reads one site must not learn how much the others say. The tail of a site tells
 * numbers in the order of its commits (api.md, `change_seq`); that of several sites, among which these have no order, both as
 * one block of AES under a key of this run, so that the id tells nothing. Those of another run or node are none.
 */

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const KEY_BYTES = 16;
const HALF = 8;
/** Of a number: that of the change stands behind that of the run, and of that what chance gave behind its time. */
const ORDINAL_BITS = 40n;
const CHANCE_BYTES = 2;

function freshRun(): bigint {
  const chance = randomBytes(CHANCE_BYTES).readUIntBE(0, CHANCE_BYTES);
  return (BigInt(Date.now()) << BigInt(8 * CHANCE_BYTES)) | BigInt(chance);
}

export interface NamedChange {
  readonly site: string;
  /** Of the changes of its site, from 1 on. */
  readonly ordinal: number;
}

export class EventIds {
  readonly #cipher;
  readonly #decipher;
  /** By site, and the other way round. */
  readonly #names = new Map<string, Buffer>();
  readonly #sites = new Map<string, string>();

  /** Higher than that of any run before, and not that of another node that began in the same millisecond. */
  readonly #run: bigint;

  constructor(key: Uint8Array = randomBytes(KEY_BYTES), run = freshRun()) {
    this.#run = run;
    // One block by itself is what this mode is good for: the same change has the same id.
    this.#cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.#decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  }

  idOf({ site, ordinal }: NamedChange): string {
    const block = Buffer.alloc(2 * HALF);
    this.#nameOf(site).copy(block);
    block.writeBigUInt64BE(BigInt(ordinal), HALF);
    return this.#cipher.update(block).toString('base64url');
  }

  /** null: this run gave no such id, or has told nothing of its site. */
  read(id: string): NamedChange | null {
    const block = Buffer.from(id, 'base64url');
    if (block.length !== 2 * HALF || block.toString('base64url') !== id) return null;
    const clear = this.#decipher.update(block);
    const site = this.#sites.get(clear.toString('hex', 0, HALF));
    return site === undefined ? null : { site, ordinal: Number(clear.readBigUInt64BE(HALF)) };
  }

  /** In the order of commits of its site. */
  numberOf(ordinal: number): string {
    return String((this.#run << ORDINAL_BITS) | BigInt(ordinal));
  }

  /** null: this run gave no such number. */
  ordinalOf(number: string): number | null {
    if (!/^\d{1,40}$/.test(number)) return null;
    const whole = BigInt(number);
    return whole >> ORDINAL_BITS === this.#run ? Number(BigInt.asUintN(Number(ORDINAL_BITS), whole)) : null;
  }

  #nameOf(site: string): Buffer {
    const known = this.#names.get(site);
    if (known !== undefined) return known;
    const name = createHash('sha256').update(site, 'utf8').digest().subarray(0, HALF);
    this.#names.set(site, name);
    this.#sites.set(name.toString('hex'), site);
    return name;
  }
}
