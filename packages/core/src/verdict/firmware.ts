/** What rules look for in firmware updates: refused, failed, not ended, never heard of. OCPP 1.6 5.19 and 4.5, 2.0.1 L01. */

import type { SeenEntry } from '../session/seen.ts';
import { answeredStatus, numberIn, objectIn, textIn, timeIn, withReason } from '../session/told.ts';
import { identityTold } from '../station/boot-identity.ts';
import { evidenceOfEntry } from './evidence.ts';
import { isUp } from './exchanges.ts';
import type { Watch } from './rule.ts';
import { Tally } from './tally.ts';
import { spanText } from './words.ts';

const UPDATES = new Set(['UpdateFirmware', 'SignedUpdateFirmware']);
const REPORTS = new Set(['FirmwareStatusNotification', 'SignedFirmwareStatusNotification']);
const TAKEN = new Set(['Accepted', 'AcceptedCanceled']);
const FIRMWARE_MS = 3_600_000;

/** null for anything but an update that was answered. */
function updateAnswered({ action, answer, errorCode }: SeenEntry): string | null {
  if (!UPDATES.has(action ?? '')) return null;
  if (errorCode !== null) return errorCode;
  // OCPP 1.6 5.19: the answer to UpdateFirmware has no status, and takes it.
  return answer === null ? null : (answeredStatus(answer) ?? 'Accepted');
}

/** When a station is to be heard of it at the latest: it may be told to wait, and to try again. */
function dueAt({ call, at }: SeenEntry): number {
  const firmware = objectIn(call, 'firmware') ?? call;
  const dates = ['retrieveDate', 'retrieveDateTime', 'installDate', 'installDateTime'];
  const last = Math.max(at, ...dates.map((name) => timeIn(firmware, name) ?? at));
  const tries = Math.max(0, numberIn(call, 'retries') ?? 0);
  return last + tries * Math.max(0, numberIn(call, 'retryInterval') ?? 0) * 1_000;
}

/** Tells, in other ways than by its firmware status, whether another firmware runs than before, or may run. */
function otherFirmware(): (entry: SeenEntry) => boolean {
  let version: string | null = null;
  return (entry) => {
    const { action, call } = entry;
    if (action === 'SecurityEventNotification') return textIn(call, 'type') === 'FirmwareUpdated';
    if (action !== 'BootNotification' || !isUp(entry)) return false;
    const before = version;
    version = identityTold(call).firmware;
    return before === null || version !== before;
  };
}

/** Updates that a station did not take, unless it took one later. */
export function firmwareRefused(): Watch {
  let tally = new Tally();
  return {
    see(entry) {
      const status = updateAnswered(entry);
      if (status === null) return;
      if (TAKEN.has(status)) tally = new Tally();
      else tally.add(entry, withReason(`${entry.action} ${status}`, entry.answer));
    },
    end: () => (tally.count > 0 ? [tally.sighting()] : []),
  };
}

/** Updates that a station took, and of which it told nothing, though it went on to talk. */
export function firmwareSilent(): Watch {
  const tally = new Tally();
  const changed = otherFirmware();
  let taken: { readonly entry: SeenEntry; readonly due: number } | null = null;
  let [heard, longest] = [Number.NEGATIVE_INFINITY, 0];
  const give = () => {
    if (taken === null || heard - taken.due < FIRMWARE_MS) return;
    tally.add(taken.entry);
    longest = Math.max(longest, heard - taken.due);
  };
  return {
    see(entry) {
      const told = REPORTS.has(entry.action ?? '') || entry.kind === 'gap';
      if (changed(entry) || told) taken = null;
      if (isUp(entry)) heard = entry.at;
      if (!TAKEN.has(updateAnswered(entry) ?? '')) return;
      give();
      taken = { entry, due: dueAt(entry) };
    },
    end() {
      give();
      return tally.count > 0 ? [tally.sighting({ span: spanText(longest) })] : [];
    },
  };
}

const ENDS = new Set([
  'Idle',
  'Installed',
  'DownloadFailed',
  'InstallationFailed',
  'InstallVerificationFailed',
  'InvalidSignature',
  'RevokedCertificate',
]);
const WELL = new Set(['Idle', 'Installed']);
/** Until the date that it was told. */
const WAITS = new Set(['DownloadScheduled', 'InstallScheduled']);

const reported = ({ action, call }: SeenEntry): string | null =>
  REPORTS.has(action ?? '') ? (textIn(call, 'status') ?? '') : null;

export function firmwareFailed(entry: SeenEntry): string | null {
  const status = reported(entry);
  return status !== null && ENDS.has(status) && !WELL.has(status) ? status : null;
}

export function firmwareUnfinished(): Watch {
  const changed = otherFirmware();
  let open: SeenEntry | null = null;
  let again: SeenEntry | null = null;
  let [heard, due] = [0, Number.NEGATIVE_INFINITY];
  return {
    see(entry) {
      if (isUp(entry)) heard = entry.at;
      if (changed(entry) || entry.kind === 'gap') open = null;
      else if (entry.action === 'BootNotification') again = entry;
      // Which update it is that goes on behind a gap nobody knows.
      if (entry.kind === 'gap') due = Number.NEGATIVE_INFINITY;
      if (TAKEN.has(updateAnswered(entry) ?? '')) due = dueAt(entry);
      const status = reported(entry);
      if (status === null) return;
      open = ENDS.has(status) ? null : entry;
      // What follows is another update.
      if (status === 'Installed') due = Number.NEGATIVE_INFINITY;
      again = null;
    },
    end() {
      if (open === null) return [];
      const status = textIn(open.call, 'status') ?? '';
      // Nobody knows for when it is scheduled.
      if (WAITS.has(status) && due === Number.NEGATIVE_INFINITY) return [];
      if (heard - Math.max(open.at, due) < FIRMWARE_MS) return [];
      const tally = new Tally();
      tally.add(open);
      const booted = again === null ? '' : '; it booted meanwhile with the firmware that it had';
      const sighting = tally.sighting({ status, booted, span: spanText(heard - open.at) });
      const proofs = again === null ? [] : [evidenceOfEntry(again)];
      return [{ ...sighting, evidence: [...sighting.evidence, ...proofs] }];
    },
  };
}
