/** StatusNotification in its session. OCPP 1.6 4.9, OCPP 2.0.1 G01. */

import { addBounded, type Draft } from './draft.ts';
import { connectorOf, type Scene, unplaced } from './scene.ts';
import type { SeenEntry } from './seen.ts';
import type { Mark, StatusMark } from './session.ts';
import { type StatusKind, statusKind } from './status-kind.ts';

/** A status that follows a stop so soon was only overtaken by it. ms. */
const OVERTAKEN_MS = 60_000;

export function seeStatus(scene: Scene, entry: SeenEntry): void {
  const connector = connectorOf(entry);
  const status = entry.fields.request_status;
  if (connector === null || typeof status !== 'string') return;
  const evse = entry.fields.evse_connector_id;
  const at = { connector, evseConnector: typeof evse === 'number' ? evse : null, status, founds: true };
  takeStatus(scene, entry, at, saidIn(entry), (draft) => draft.mark(entry, 'status', status));
}

/** A state that was told, by whatever message. */
interface Told {
  readonly connector: number;
  readonly evseConnector: number | null;
  readonly status: string;
  /** Whether a session may begin with it. */
  readonly founds: boolean;
}
type Said = Pick<StatusMark, 'errorCode' | 'vendorErrorCode' | 'info'>;

export function takeStatus(
  scene: Scene,
  entry: SeenEntry,
  told: Told,
  said: Said,
  markIn: (draft: Draft) => Mark,
): void {
  const { connector, evseConnector, status } = told;
  const kind = statusKind(status);
  if (kind === null) return;
  const draft = told.founds ? sessionFor(scene, entry, told, kind) : scene.lanes.at(connector);
  scene.lanes.tell(connector, status);
  if (draft === null) return;
  if (evseConnector !== null) draft.evseConnector ??= evseConnector;
  noteStatus(draft, markIn(draft), status, said);
  follow(scene, draft, entry, kind);
}

const NOTHING_SAID: Said = { errorCode: null, vendorErrorCode: null, info: null };

export function noteStatus(draft: Draft, mark: Mark, status: string, said = NOTHING_SAID): void {
  draft.status = status;
  addBounded(draft.statuses, { mark, status, ...said });
}

function saidIn({ fields }: SeenEntry): Said {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const errorCode = text(fields.request_error_code);
  return {
    errorCode: errorCode === 'NoError' ? null : errorCode,
    vendorErrorCode: text(fields.request_vendor_error_code),
    info: text(fields.request_info),
  };
}

function sessionFor({ lanes }: Scene, entry: SeenEntry, told: Told, kind: StatusKind): Draft | null {
  const { connector, status } = told;
  const held = lanes.at(connector);
  const adopt = () => {
    const candidates = unplaced(lanes, entry.at);
    const [only] = candidates;
    if (only === undefined || candidates.length > 1) return null;
    lanes.place(only, connector);
    return only;
  };
  const begin = () => adopt() ?? lanes.found(entry, connector);
  if (kind === 'plugged') {
    if (held === null) return begin();
    // Another car, or another try: what was there has ended, seen or unseen.
    const again = status === 'Preparing' && held.stop !== null;
    return again || (held.running && held.freeSince !== null) ? begin() : held;
  }
  if (kind === 'charging') {
    if (held === null) return begin();
    const stopped = held.stop !== null && entry.at - held.stop.mark.at > OVERTAKEN_MS;
    return stopped ? begin() : held;
  }
  if (kind === 'faulted' && held === null) return adopt();
  return held;
}

function follow({ lanes }: Scene, draft: Draft, entry: SeenEntry, kind: StatusKind): void {
  if (kind === 'charging') draft.freeSince = null;
  if (kind !== 'free' && !(kind === 'blocked' && draft.waiting)) return;
  // A transaction goes on until its stop, which may still be on its way.
  if (draft.running) draft.freeSince ??= entry.at;
  else lanes.leave(draft);
}
