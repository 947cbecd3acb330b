/** What rules look for in NotifyEvent. OCPP 2.0.1 N04, N07 and N08. */

import {
  type ComponentEvent,
  componentEventsOf,
  measuredIn,
  nameOf,
  refusesCard,
  stateIn,
  troubleIn,
} from '../session/component-events.ts';
import type { SeenEntry } from '../session/seen.ts';
import { idIn, numberIn, objectsIn } from '../session/told.ts';
import { saidOf } from './attempts.ts';
import type { Watch } from './rule.ts';
import { Tally } from './tally.ts';

const MONITORS_MAX = 1_000;

/** Of what is monitored OCPP 2.0.1 tells the severity where the monitor is set or reported, and not with its event. */
class Severities {
  readonly #byMonitor = new Map<string, number>();

  see({ action, answer, call }: SeenEntry): void {
    if (action === 'SetVariableMonitoring') {
      for (const set of objectsIn(answer, 'setMonitoringResult'))
        this.#learn(idIn(set, 'id'), numberIn(set, 'severity'));
    } else if (action === 'NotifyMonitoringReport') {
      for (const monitor of objectsIn(call, 'monitor')) {
        for (const told of objectsIn(monitor, 'variableMonitoring')) {
          this.#learn(idIn(told, 'id'), numberIn(told, 'severity'));
        }
      }
    }
  }

  of({ severity, monitor }: ComponentEvent): number | null {
    return severity ?? (monitor === null ? null : (this.#byMonitor.get(monitor) ?? null));
  }

  #learn(id: string | null, severity: number | null): void {
    if (id === null || severity === null) return;
    if (this.#byMonitor.has(id) || this.#byMonitor.size < MONITORS_MAX) this.#byMonitor.set(id, severity);
  }
}

/** What of a station is not well, wherever that is; cards that it refused are no trouble of its own. */
export function componentTrouble(): Watch {
  const tally = new Tally();
  const severities = new Severities();
  return {
    see(entry) {
      severities.see(entry);
      const words = componentEventsOf(entry)
        .filter((event) => troubleIn(event, severities.of(event)) === 'begins')
        .filter((event) => !refusesCard(nameOf(event), event.techCode, event.techInfo))
        .map(wordsOf);
      for (const word of new Set(words)) tally.add(entry, word);
    },
    end: () => (tally.count > 0 ? [tally.sighting()] : []),
  };
}

function wordsOf(event: ComponentEvent): string {
  const { techCode, techInfo, evse } = event;
  const value = measuredIn(event);
  const plain = value === null ? '' : ` ${value}`;
  const more = saidOf({ vendorErrorCode: techCode, info: techInfo });
  const place = evse === null ? '' : ` at EVSE ${evse}`;
  return `${nameOf(event)}${plain}${more === '' ? '' : ` (${more})`}${place}`;
}

/** Of the first place that is Faulted; null where none is. */
export function faultedPlace(entry: SeenEntry): string | null {
  const fault = componentEventsOf(entry).find((event) => stateIn(event)?.toLowerCase() === 'faulted');
  if (fault === undefined) return null;
  const more = saidOf({ vendorErrorCode: fault.techCode, info: fault.techInfo });
  const place = fault.evse === null ? 'the station' : `connector ${fault.evse}`;
  return `Faulted${more === '' ? '' : ` (${more})`} at ${place}`;
}
