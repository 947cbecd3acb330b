/** Notices by which somebody tries whether a target is told: the same way as of a firing, and nothing is kept of them. */

import { Allowance } from '../auth/allowance.ts';
import type { AlarmRecord, AlarmTarget } from '../store/alarms.ts';
import type { Site } from '../store/control.ts';
import type { Sending } from './sending.ts';
import { targetSecret } from './target-secrets.ts';

/** Of all targets of this server: each of them calls upon a host. */
const TESTS_A_MINUTE = 10;
const ALL = 'all';

export interface TestNoticesOptions {
  /** null: it was taken; otherwise why not. */
  readonly send: (sending: Sending) => Promise<string | null>;
  readonly secretKey: Uint8Array;
  readonly now: () => number;
}

export interface TestNotice {
  readonly alarm: Pick<AlarmRecord, 'id' | 'name' | 'rule'>;
  readonly target: AlarmTarget;
  readonly site: Pick<Site, 'id' | 'name'>;
}

/** There were enough of them in this minute. */
export class TooManyTests extends Error {
  override readonly name = 'TooManyTests';
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('enough was tried in this minute');
    this.waitMs = waitMs;
  }
}

export class TestNotices {
  readonly #options: TestNoticesOptions;
  readonly #allowed = new Allowance(TESTS_A_MINUTE);
  readonly #counts = { sent: 0, failed: 0 };

  constructor(options: TestNoticesOptions) {
    this.#options = options;
  }

  counters(): Readonly<Record<string, number>> {
    return {
      alarms_tests_sent_total: this.#counts.sent,
      alarms_tests_failed_total: this.#counts.failed,
    };
  }

  /** null: it was taken; otherwise why not. Rejects with a TooManyTests. */
  async send({ alarm: { id, name, rule }, target, site }: TestNotice): Promise<string | null> {
    const { waitMs } = this.#allowed.take(ALL, performance.now());
    if (waitMs > 0) throw new TooManyTests(waitMs);
    const known = targetSecret(this.#options.secretKey, target);
    const at = this.#options.now();
    const notice = {
      ...{ id: null, station: '', at, fired: at, entries: [] },
      alarm: { id, name, rule },
      site: { id: site.id, name: site.name },
    };
    const error =
      known === 'lost'
        ? 'its secret cannot be read: set it again'
        : await this.#options.send({ target, secret: known.secret, notice });
    if (error === null) this.#counts.sent += 1;
    else this.#counts.failed += 1;
    return error;
  }
}
