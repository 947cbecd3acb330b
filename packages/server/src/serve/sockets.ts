/** How many files the process may open, and what of them stations may have. */

import { readFileSync } from 'node:fs';

/**
 * For the files of the store (two readers of 256 open files, each with its log and index, the writer, exports and
 * imports), for requests over HTTP, and for what the runtime holds itself.
 */
const RESERVED = 2_000;
/** Where only few files may be open, most are for stations all the same. */
const RESERVED_PART = 0.25;

/** Of what is not for stations, connections over HTTP have this part for themselves. */
const HTTP_PART = 0.2;
/** More than the connections that may come at once, and little memory if all of them say nothing. */
const HTTP_MOST = 5_000;

/** Linux tells; elsewhere null. Node raises the soft limit to the hard one when it starts. */
export function openFilesMax(read: () => string = readLimits): number | null {
  const line = /^Max open files\s+(\d+|unlimited)/m.exec(attempt(read) ?? '');
  if (line === null) return null;
  return line[1] === 'unlimited' ? null : Number(line[1]);
}

/** null: nobody told how many files there may be, so that only the setting counts. */
export function socketsOf(openFiles: number | null): number | null {
  if (openFiles === null) return null;
  return openFiles - reservedOf(openFiles);
}

/**
 * Connections over HTTP that there may be where stations leave `free` of their sockets: those are lent to them.
 * @param tails of them that may stay open, as they are set
 */
export function httpRoom(openFiles: number | null, free: number, tails: number): number {
  const own = Math.floor(reservedOf(openFiles ?? Number.POSITIVE_INFINITY) * HTTP_PART);
  return Math.min(HTTP_MOST + tails, own + Math.max(0, free));
}

/** For the person who starts the server. */
export function stationsLine(stations: number, sockets: number | null): string {
  const show = (count: number) => count.toLocaleString('en');
  const here = Math.min(stations, sockets ?? stations);
  const relayed = Math.min(stations, Math.floor((sockets ?? Number.POSITIVE_INFINITY) / 2));
  if (here === relayed) return `at most ${show(here)} at once`;
  return `at most ${show(here)} at once, ${show(relayed)} where all are passed on: no more files may be open`;
}

function reservedOf(openFiles: number): number {
  return Math.min(RESERVED, Math.ceil(openFiles * RESERVED_PART));
}

function readLimits(): string {
  return readFileSync('/proc/self/limits', 'utf8');
}

/** Not there on other systems, and not everywhere in containers. */
function attempt(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
