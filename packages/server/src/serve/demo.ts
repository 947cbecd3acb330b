/** The simulated fleet of `--demo`: real connections to this very server. */

import { DEMO_SITE, DEMO_SPEED, demoFleet } from '../cli/simulate/demo-fleet.ts';
import { runFleet } from '../cli/simulate/fleet.ts';
import { siteOfSettings } from '../config/check.ts';
import type { Control } from '../store/control.ts';

/** Returns the call that ends the fleet and waits until its stations have hung up. */
export function startDemo(
  control: Control,
  url: string,
  onProblem: (problem: unknown) => void,
): () => Promise<unknown> {
  const until = new AbortController();
  const running = control
    .putSite({ ...siteOfSettings(DEMO_SITE), origin: 'added', changedBy: null })
    .then(() =>
      runFleet({
        url: url.replace(/^http/, 'ws'),
        site: DEMO_SITE.id,
        stations: demoFleet(),
        speed: DEMO_SPEED,
        // Transaction ids of 2.0.1 come of the seed: a later start must not repeat them.
        seed: `demo ${Date.now()}`,
        until: until.signal,
      }),
    )
    .catch(onProblem);
  return () => {
    until.abort();
    return running;
  };
}
