/**
 * Alarms whose keeper may not make them any more. Each node sees that by itself, from what it knows of control data, and
 * holds back what they tell from then on; the first to write it down drops what waits, and tells the audit log.
 */

import { actorOfId } from '../auth/actor.ts';
import type { AlarmRecord, Alarms, LostKeeper } from '../store/alarms.ts';
import type { AuditEvent } from '../store/audit.ts';
import type { Control, ControlSnapshot } from '../store/control.ts';
import { type Known, keeperLoss } from './keeper.ts';

export interface KeepersOptions {
  readonly control: Pick<Control, 'snapshot' | 'isCurrent'> & {
    readonly alarms: Pick<Alarms, 'lose'>;
  };
  /** Ids of the tokens that this process was started with. */
  readonly tokens: ReadonlySet<string>;
  readonly now: () => number;
  readonly report: (line: string) => void;
}

/** Who did it, in the audit log: nobody asked for it. */
const SERVER = { actor: 'server', name: 'server' } as const;

export class Keepers {
  readonly #options: KeepersOptions;
  /** What is being written down, by alarm. */
  readonly #writing = new Map<string, Promise<void>>();
  #known: { readonly of: ControlSnapshot; readonly known: Known } | null = null;
  #lost = 0;
  #isTold = false;

  constructor(options: KeepersOptions) {
    this.#options = options;
  }

  counters(): Readonly<Record<string, number>> {
    const { alarms = [] } = this.#options.control.snapshot();
    return {
      alarms_unkept: alarms.filter((alarm) => this.lostOf(alarm) !== null).length,
      alarms_keepers_lost_total: this.#lost,
    };
  }

  /** As it was written down, or as it is seen now; null: somebody answers for it. */
  lostOf(alarm: AlarmRecord): LostKeeper | null {
    if (alarm.lost !== null) return alarm.lost;
    const { control, now } = this.#options;
    const at = now();
    const why = keeperLoss(alarm, this.#knownIn(control.snapshot()), at);
    return why === null ? null : { why, at };
  }

  /** Begins to write down what is not yet. Whether there is anything. */
  judge(): boolean {
    const { control } = this.#options;
    let found = false;
    for (const alarm of control.snapshot().alarms ?? []) {
      const lost = alarm.lost === null ? this.lostOf(alarm) : null;
      if (lost === null) continue;
      found = true;
      // What is known may be old: somebody may have taken it over since.
      // Where it fails it is tried again with the next look, and nothing is told meanwhile.
      if (control.isCurrent()) void this.settle(alarm).catch(() => undefined);
    }
    return found;
  }

  /**
   * Resolves when it is written down, where there is anything to write; what waited for its targets is dropped then. Rejects
   * where it could not be.
   */
  async settle(alarm: AlarmRecord): Promise<void> {
    const lost = alarm.lost === null ? this.lostOf(alarm) : null;
    if (lost === null) return;
    const before = this.#writing.get(alarm.id);
    if (before !== undefined) return before;
    const writing = this.#write(alarm, lost).finally(() => this.#writing.delete(alarm.id));
    this.#writing.set(alarm.id, writing);
    return writing;
  }

  async #write(alarm: AlarmRecord, lost: LostKeeper): Promise<void> {
    const { control, report } = this.#options;
    const { id, name, changed, changedBy } = alarm;
    const keeper = changedBy === null ? null : actorOfId(changedBy, control.snapshot()).name;
    const [site = null, ...more] = alarm.sites ?? [];
    const event: AuditEvent = {
      ...SERVER,
      at: lost.at,
      action: 'alarm-unkept',
      site: more.length > 0 ? null : site,
      target: id,
      address: null,
      request: null,
      details: { name, why: lost.why, keeper },
      count: 1,
    };
    try {
      const dropped = await control.alarms.lose({ alarm: id, changed, changedBy, ...lost, event });
      this.#isTold = false;
      if (dropped !== null) this.#lost += 1;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (!this.#isTold)
        report(`that nobody answers for an alarm any more could not be written down: ${text}`);
      this.#isTold = true;
      throw error;
    }
  }

  #knownIn(of: ControlSnapshot): Known {
    if (this.#known?.of === of) return this.#known.known;
    const keys = new Map(of.keys.map((key) => [key.id, key]));
    const known = { users: of.users, keys, tokens: this.#options.tokens };
    this.#known = { of, known };
    return known;
  }
}
