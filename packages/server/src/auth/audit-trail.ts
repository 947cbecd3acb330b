/** Writes the audit log. What happens often, such as reads, is one record at once and one for the rest of its minute. */

import type { AuditEvent } from '../store/audit.ts';
import type { Control } from '../store/control.ts';

export type Happened = Omit<AuditEvent, 'at' | 'count'>;

export interface TrailLog {
  error(facts: object, text: string): void;
}

const MINUTE_MS = 60_000;
/** Of what happens often: so many kinds in a minute, then those of whoever else together. */
const KINDS_MOST = 1_000;
const OTHERS = { actor: 'others', name: 'others', site: null, target: null, address: null, request: null };

interface Repeated {
  readonly event: AuditEvent;
  more: number;
}

export class AuditTrail {
  readonly #control: Pick<Control, 'audit'>;
  readonly #now: () => number;
  readonly #log: TrailLog;
  readonly #repeated = new Map<string, Repeated>();
  readonly #writing = new Set<Promise<void>>();
  #ending: NodeJS.Timeout | null = null;
  #lost = 0;

  constructor(control: Pick<Control, 'audit'>, now: () => number, log: TrailLog) {
    this.#control = control;
    this.#now = now;
    this.#log = log;
  }

  /** Records that could not be written. */
  get lost(): number {
    return this.#lost;
  }

  /** On the disk when it resolves. Never rejects: what was done is done, and is told as that. */
  async write(...happened: readonly Happened[]): Promise<void> {
    const at = this.#now();
    await this.#append(happened.map((each) => ({ ...each, at, count: 1 })));
  }

  /** On the disk when it resolves; rejects where it is not. Of what is done only where it is told. */
  async first(...happened: readonly Happened[]): Promise<void> {
    const at = this.#now();
    await this.#control.audit(happened.map((each) => ({ ...each, at, count: 1 })));
  }

  /** The first of a minute is written at once, without anybody waiting for it. */
  often(happened: Happened): void {
    const { actor, action, site, target, address } = happened;
    let kind = JSON.stringify([actor, action, site, action === 'raw-read' ? null : target, address]);
    let event = { ...happened, at: this.#now(), count: 1 };
    if (this.#repeated.size >= KINDS_MOST && !this.#repeated.has(kind)) {
      kind = JSON.stringify([OTHERS.actor, action]);
      event = { ...event, ...OTHERS, details: {} };
    }
    const before = this.#repeated.get(kind);
    if (before !== undefined) {
      before.more += 1;
      return;
    }
    this.#repeated.set(kind, { event, more: 0 });
    const writing = this.#append([event]).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
    if (this.#ending === null) {
      this.#ending = setTimeout(() => void this.#endMinute(), MINUTE_MS);
      this.#ending.unref();
    }
  }

  async close(): Promise<void> {
    await this.#endMinute();
    await Promise.all(this.#writing);
  }

  async #endMinute(): Promise<void> {
    if (this.#ending !== null) clearTimeout(this.#ending);
    this.#ending = null;
    const at = this.#now();
    const rest = [...this.#repeated.values()]
      .filter(({ more }) => more > 0)
      .map(({ event, more }) => ({ ...event, at, count: more, request: null }));
    this.#repeated.clear();
    if (rest.length > 0) await this.#append(rest);
  }

  async #append(events: readonly AuditEvent[]): Promise<void> {
    try {
      await this.#control.audit(events);
    } catch (error) {
      this.#lost += events.length;
      this.#log.error(
        { err: error, actions: events.map(({ action }) => action) },
        'the audit log was not written',
      );
    }
  }
}
