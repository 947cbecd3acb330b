/** Coverage and connector states as lanes. */

import { spanText } from '../time/instant-text.ts';
import { timeText } from '../time/zone.ts';
import { type Lane, type Look, percentText, type Segment, shareOf } from './lane-rows.ts';
import type { ConnectorStateBody, CoverageState, StationBody } from './station-answers.ts';

const COVERAGE: Readonly<Record<CoverageState, { readonly look: Look; readonly label: string }>> = {
  connected: { look: 'ok', label: 'Connected' },
  heard: { look: 'idle', label: 'Messages recorded' },
  blind: { look: 'blind', label: 'Not recorded' },
  disconnected: { look: 'away', label: 'Not connected' },
};

/** OCPP 1.6 7.7 and OCPP 2.0.1 ConnectorStatusEnumType; any other one is `other`. */
const STATUS: Readonly<Record<string, Look>> = {
  Available: 'idle',
  Preparing: 'wait',
  Charging: 'ok',
  SuspendedEV: 'wait',
  SuspendedEVSE: 'wait',
  Finishing: 'wait',
  Occupied: 'ok',
  Reserved: 'other',
  Unavailable: 'away',
  Faulted: 'bad',
};

export function statusLook(status: string): Look {
  return STATUS[status] ?? 'other';
}

function told(from: string, to: string, label: string, zone: string): Pick<Segment, 'from' | 'to' | 'words'> {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return {
    from: start,
    to: end,
    words: `${label} for ${spanText(end - start)}, from ${timeText(start, zone)} to ${timeText(end, zone)}`,
  };
}

export function coverageLane({ coverage }: Pick<StationBody, 'coverage'>, zone: string): Lane {
  return {
    name: 'Connection',
    segments: coverage.segments.map(({ from, to, state }) => {
      const { look, label } = COVERAGE[state];
      return { ...told(from, to, label, zone), look, label, entry: null };
    }),
  };
}

/** What the strip amounts to; of a connection only where a record tells of one. */
export function coverageWords({ segments }: Lane): string {
  const share = (look: Look) => shareOf(segments, look);
  const told = segments.some(({ look }) => look === 'ok' || look === 'away');
  const parts = [
    told ? `connected ${percentText(share('ok'))} of the time` : null,
    share('idle') > 0 ? `messages recorded in ${percentText(share('idle'))} of the time` : null,
    share('blind') > 0 ? `not recorded ${percentText(share('blind'))}` : null,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** Connector 0 of 1.6 is the station itself: OCPP 1.6 4.9. */
export function connectorName(connector: number, evseConnector: number | null): string {
  if (evseConnector !== null) return `EVSE ${connector}, connector ${evseConnector}`;
  return connector === 0 ? 'Station' : `Connector ${connector}`;
}

export function connectorLanes(states: readonly ConnectorStateBody[], zone: string): readonly Lane[] {
  const lanes = Map.groupBy(states, ({ connector, evse_connector }) =>
    connectorName(connector, evse_connector),
  );
  return [...lanes].map(([name, own]) => ({
    name,
    segments: own.map(({ from, to, status, error_code, entry_id }) => {
      const label = error_code === null ? status : `${status}, ${error_code}`;
      const look = error_code === null ? statusLook(status) : 'bad';
      return { ...told(from, to, label, zone), look, label, entry: entry_id };
    }),
  }));
}
