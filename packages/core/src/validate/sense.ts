/** What is wrong or unusual in one exchange, without any schema. Pure; what neighbours tell is in `station-watch.ts`. */

import { ACTIONS } from '../catalogue.ts';
import type { Finding } from '../finding.ts';
import type { SeenEntry } from '../session/seen.ts';
import { Found } from './found.ts';
import { checkMeterStop, checkUnits } from './meter.ts';
import { checkClocks, checkTimes } from './times.ts';

const UNANSWERED = new Set(['timeout', 'connection_lost']);

export function senseFindings(entry: SeenEntry): readonly Finding[] {
  if (entry.kind !== 'exchange') return [];
  const { action, version, outcome, call, answer, fields } = entry;
  const found = new Found();
  checkAction(entry, found);
  // What vendors tell each other is not OCPP's.
  if (action !== 'DataTransfer') {
    checkTimes(call, 'request', found);
    if (answer !== null) checkTimes(answer, 'answer', found);
  }
  checkClocks(entry, found);
  if (version === '1.6') {
    if (action === 'StatusNotification' && call.status === 'Faulted' && call.errorCode === 'NoError') {
      found.add('faulted-no-error', 'request.errorCode');
    }
    if (action === 'StopTransaction') checkMeterStop(entry, found);
  } else {
    if (action === 'MeterValues' || action === 'TransactionEvent') checkUnits(entry, found);
    if (action === 'TransactionEvent' && fields.offline === true)
      found.add('told-offline', 'request.offline');
  }
  if (outcome !== null && UNANSWERED.has(outcome)) found.add('call-unanswered', undefined, outcome);
  return found.list;
}

function checkAction({ action, version, direction }: SeenEntry, found: Found): void {
  if (action === null || version === null) return;
  const known = ACTIONS.get(action);
  if (known === undefined || !known.versions.includes(version)) {
    found.add('action-unknown', undefined, known === undefined ? undefined : known.versions.join(', '));
  } else if (known.direction !== 'both' && direction !== null && known.direction !== direction) {
    found.add('action-direction');
  }
}
