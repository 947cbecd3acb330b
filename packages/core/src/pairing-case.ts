/** A connection for tests: frames as text go in, events come out as short lines. References are `c1`, `c2` and `a1`. */

import assert from 'node:assert/strict';
import { Pairing } from './exchange.ts';
import type { Direction, OcppVersion } from './frame.ts';
import type { PairingEvent, PairingLimits } from './pairing-events.ts';
import { readMessage } from './read-message.ts';

export const SECOND = 1_000_000;
export const UP: Direction = 'station_to_csms';
export const DOWN: Direction = 'csms_to_station';

export type Event = PairingEvent<string, string>;

export class Connection {
  readonly pairing: Pairing<string, string>;
  readonly events: Event[] = [];
  readonly #version: OcppVersion;
  #calls = 0;
  #answers = 0;

  constructor(version: OcppVersion = '1.6', limits: Partial<PairingLimits> = {}) {
    this.#version = version;
    this.pairing = new Pairing(limits);
  }

  /** `seconds` null: a source without times. */
  send(direction: Direction, seconds: number | null, text: string): string[] {
    const message = readMessage(text);
    assert.ok(message.kind !== 'malformed', text);
    const arrival = seconds === null ? null : Math.round(seconds * SECOND);
    const came = { direction, at: seconds === null ? 0 : Math.round(seconds * 1000), arrival };
    return this.#lines(
      'action' in message
        ? this.pairing.call(`c${++this.#calls}`, message, text, this.#version, came)
        : this.pairing.answer(message, came, `a${++this.#answers}`),
    );
  }

  expire(seconds: number): string[] {
    return this.#lines(this.pairing.expire(seconds * SECOND));
  }

  end(outcome: 'connection_lost' | 'unanswered'): string[] {
    return this.#lines(this.pairing.end(outcome));
  }

  #lines(events: Event[]): string[] {
    this.events.push(...events);
    return events.map(line);
  }
}

/** `c1 answered by a1 after 0.5 s; code`, without what does not apply. */
export function line(event: Event): string {
  if (event.kind === 'held') return `${event.by} held`;
  const findings = event.findings.map(({ code, detail }) =>
    detail === undefined ? code : `${code} ${detail}`,
  );
  const told = findings.length === 0 ? '' : `; ${findings.join(', ')}`;
  if (event.kind === 'orphan') return `${event.by} orphan${told}`;
  if (event.kind === 'opened') return `${event.ref} ${event.outcome}${told}`;
  const { ref, outcome, part, by, latency, successor } = event;
  const after = latency === null ? '' : ` after ${latency / SECOND} s`;
  const how = part === null ? '' : ` ${part === 'answer' ? 'by' : 'rejected by'} ${by}${after}`;
  return `${ref} ${outcome}${how}${successor === null ? '' : ` for ${successor}`}${told}`;
}
