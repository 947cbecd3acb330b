/** A station of the own simulator, with every frame that went over its connection. */

import { stationModels } from '../../packages/server/src/cli/simulate/demo-fleet.ts';
import { Station } from '../../packages/server/src/cli/simulate/station.ts';

const SPEED = 600;

export interface SimulatedSession {
  readonly charger: string;
  /** Calls of both sides, as they went by. */
  readonly calls: readonly { readonly id: string; readonly action: string }[];
  /** Of calls that were answered, and how. */
  readonly answers: ReadonlyMap<string, 'answered' | 'error'>;
}

/** Lets it boot and charge until so many of its calls were answered. */
export async function simulateSession(
  url: string,
  site: string,
  version: '1.6' | '2.0.1',
  answered: number,
): Promise<SimulatedSession> {
  const [model] = stationModels(1, version);
  if (model === undefined) throw new Error(`no station speaks ${version}`);
  const calls: { id: string; action: string }[] = [];
  const answers = new Map<string, 'answered' | 'error'>();
  const until = new AbortController();
  const station = new Station({
    url: `${url.replace('http', 'ws')}/ocpp/${site}/${model.charger}`,
    model,
    speed: SPEED,
    seed: 'a session that is seen',
    firstVehicle: [1, 2],
    until: until.signal,
    onFrame: (_from, text) => {
      // Safe: both peers speak OCPP-J.
      const [type, id, action] = JSON.parse(text) as [number, string, string];
      if (type === 2) calls.push({ id, action });
      else answers.set(id, type === 3 ? 'answered' : 'error');
      if (answers.size >= answered) until.abort();
    },
  });
  await station.run();
  return { charger: model.charger, calls, answers };
}
