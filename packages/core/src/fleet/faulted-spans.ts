/** How much of a station was faulted, and when. */

import type { ConnectorState } from '../station/connector-states.ts';
import type { TimeSpan } from '../station/coverage.ts';

export interface FaultedSpan extends TimeSpan {
  /** Of its connectors: 1 where the whole station is. */
  readonly share: number;
}

type Lane = Pick<ConnectorState, 'connector' | 'evseConnector'>;

/** OCPP 1.6 4.9: connector 0 is the station itself. */
const STATION = 0;

const laneName = ({ connector, evseConnector }: Lane) => `${connector}.${evseConnector ?? ''}`;

/** `lanes`: what is known of connectors, of which there is at least one. Spans are in order and do not overlap. */
export function faultedSpans(
  states: readonly ConnectorState[],
  lanes: readonly Lane[],
): readonly FaultedSpan[] {
  const connectors = new Set(
    [...lanes, ...states].filter(({ connector }) => connector !== STATION).map(laneName),
  );
  const count = Math.max(1, connectors.size);
  const steps = states
    .filter(({ status }) => status === 'Faulted')
    .flatMap(({ connector, from, to }) => {
      const whole = connector === STATION;
      return [
        { at: from, by: 1, whole },
        { at: to, by: -1, whole },
      ];
    })
    .sort((a, b) => a.at - b.at);
  const spans: FaultedSpan[] = [];
  let [some, all, since] = [0, 0, 0];
  for (const { at, by, whole } of steps) {
    const share = all > 0 ? 1 : Math.min(1, some / count);
    if (share > 0 && at > since) spans.push({ from: since, to: at, share });
    if (whole) all += by;
    else some += by;
    since = at;
  }
  return spans;
}
