/** What a power cut may leave of the logs of writes: what was brought to the disk, and anything of what was not. */

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';

const SECTOR = 512;
/** Of a log: its head, and the head of each page in it (file format 4.1). */
const LOG_HEAD = 32;
const PAGE_HEAD = 24;
/** In the index of a log (WAL-index format 2): pages that were to be moved into the database, which were brought to the disk before. */
const MOVED_AT = 128;
/** Two numbers that change whenever SQLite begins a log anew (file format 4.1). */
const SALTS = [16, 24] as const;

/**
 * Spoils the logs in `logs`, a copy, as if all that came after the last fsync of each had reached the disk in parts
 * only. `synced` has each as it was then.
 */
export function cutPower(logs: string, synced: string, random: () => number): void {
  for (const name of readdirSync(logs).filter((each) => each.endsWith('-wal'))) {
    const path = join(logs, name);
    const kept = existsSync(join(synced, name)) ? readFileSync(join(synced, name)) : Buffer.alloc(0);
    const now = readFileSync(path);
    const moved = movedLength(join(logs, name.replace(/-wal$/, '-shm')), now);
    // Begun anew meanwhile, after all of it was in its database, which SQLite brings to the disk itself.
    if (kept.length > 0 && !salts(kept).equals(salts(now))) continue;
    writeFileSync(path, spoiled(moved > kept.length ? now.subarray(0, moved) : kept, now, random));
  }
}

/** Bytes of a log that SQLite has brought to the disk itself. The index goes: it is made anew from the log, no power cut keeps it. */
function movedLength(index: string, log: Buffer): number {
  const bytes = existsSync(index) ? readFileSync(index) : Buffer.alloc(0);
  rmSync(index, { force: true });
  if (bytes.length < MOVED_AT + 4 || log.length < LOG_HEAD) return 0;
  const pages = endianness() === 'LE' ? bytes.readUInt32LE(MOVED_AT) : bytes.readUInt32BE(MOVED_AT);
  return pages === 0 ? 0 : Math.min(log.length, LOG_HEAD + pages * (PAGE_HEAD + log.readUInt32BE(8)));
}

function spoiled(kept: Buffer, now: Buffer, random: () => number): Buffer {
  const left = Buffer.from(now);
  const way = random();
  // All of it is gone, or it arrived up to here, and of what follows some sectors did.
  const arrived = way < 0.2 ? 0 : kept.length + 1.5 * random() * Math.max(0, now.length - kept.length);
  for (let at = 0; at < now.length; at += SECTOR) {
    const before = sector(kept, at);
    const after = sector(now, at);
    if (before.equals(after) || at + SECTOR <= arrived) continue;
    const fate = random();
    // What never arrived is as it was before, zero where there was nothing, or noise.
    if (way < 0.2 || fate < 0.4) left.set(before.subarray(0, left.length - at), at);
    else if (fate < 0.5 && at >= kept.length)
      left.fill(Math.floor(random() * 256), at, Math.min(at + SECTOR, left.length));
  }
  if (way > 0.8 && now.length > kept.length) {
    return left.subarray(0, kept.length + Math.floor(random() * (now.length - kept.length)));
  }
  return left;
}

/** With zeros where there is none. */
function sector(bytes: Buffer, at: number): Buffer {
  const found = Buffer.alloc(SECTOR);
  if (at < bytes.length) bytes.copy(found, 0, at, Math.min(at + SECTOR, bytes.length));
  return found;
}

function salts(log: Buffer): Buffer {
  return log.subarray(...SALTS);
}
