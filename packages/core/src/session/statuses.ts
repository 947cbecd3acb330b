/** StatusNotification in its session. OCPP 1.6 4.9, OCPP 2.0.1 G01. */

import { addBounded, type Draft } from './draft.ts';
import { connectorOf, type Scene, unplaced } from './scene.ts';
import type { SeenEntry } from './seen.ts';
import type { Mark } from './session.ts';
import { type StatusKind, statusKind } from './status-kind.ts';

/** A status that follows a stop so soon was only overtaken by it. ms. */
const OVERTAKEN_MS = 60_000;

export function seeStatus(scene: Scene, entry: SeenEntry): void {
  const connector = connectorOf(entry);
  const status = entry.fields.request_status;
  if (connector === null || typeof status !== 'string') return;
  const kind = statusKind(status);
  if (kind === null) return;
  const draft = sessionFor(scene, entry, connector, kind);
  scene.lanes.tell(connector, status);
  if (draft === null) return;
  const evseConnector = entry.fields.evse_connector_id;
  if (typeof evseConnector === 'number') draft.evseConnector ??= evseConnector;
  noteStatus(draft, entry, draft.mark(entry, 'status', status), status);
  follow(scene, draft, entry, kind);
}

export function noteStatus(draft: Draft, entry: SeenEntry, mark: Mark, status: string): void {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const errorCode = text(entry.fields.request_error_code);
  draft.status = status;
  addBounded(draft.statuses, {
    mark,
    status,
    errorCode: errorCode === 'NoError' ? null : errorCode,
    vendorErrorCode: text(entry.fields.request_vendor_error_code),
    info: text(entry.fields.request_info),
  });
}

function sessionFor({ lanes }: Scene, entry: SeenEntry, connector: number, kind: StatusKind): Draft | null {
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
    const again = entry.fields.request_status === 'Preparing' && held.stop !== null;
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
