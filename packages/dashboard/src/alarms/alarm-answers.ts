/** What the routes of alarms answer. */

export interface TargetBody {
  readonly id: string;
  readonly kind: string;
  readonly url: string | null;
  readonly topic: string | null;
  readonly username: string | null;
  readonly has_secret: boolean;
}

export interface UnkeptBody {
  readonly reason: string;
  readonly since: string;
}

export interface AlarmBody {
  readonly id: string;
  readonly name: string;
  readonly rule: string;
  readonly sites: readonly string[] | null;
  readonly enabled: boolean;
  readonly quiet_minutes: number;
  readonly targets: readonly TargetBody[];
  readonly ready: boolean;
  readonly editable: boolean;
  /** null: this person may not change it. */
  readonly etag: string | null;
  /** null: it needs nobody, or this person may not change it. */
  readonly keeper: string | null;
  /** null: somebody answers for it. */
  readonly unkept: UnkeptBody | null;
  /** null: it is over sites that this person may not read. */
  readonly fired: number | null;
  readonly suppressed: number | null;
  readonly fault: string | null;
}

export interface DeliveryBody {
  readonly target: string;
  readonly state: string;
  readonly attempts: number;
  readonly error: string | null;
}

export interface FiringBody {
  readonly id: string;
  readonly alarm: string;
  readonly alarm_name: string | null;
  readonly site: string;
  readonly station: string;
  readonly time: string;
  readonly entries: readonly string[];
  readonly deliveries: readonly DeliveryBody[];
}

export interface FiringsBody {
  readonly firings: readonly FiringBody[];
  readonly next_cursor: string | null;
}

export interface TargetTestBody {
  readonly delivered: boolean;
  readonly error: string | null;
}

export interface TrialBody {
  readonly from: string;
  readonly to: string;
  readonly through: string;
  readonly complete: boolean;
  readonly looked: number;
  readonly fired: number;
  readonly stations: number;
  readonly firings: readonly Pick<FiringBody, 'site' | 'station' | 'time' | 'entries'>[];
  readonly hints: readonly { readonly column: number; readonly message: string }[];
}
