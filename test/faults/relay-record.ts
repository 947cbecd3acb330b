/** What was recorded of one station, short enough to be compared as a whole. */

import { rm } from 'node:fs/promises';
import { RawCsms } from '../../packages/server/src/capture/relay/capture-rig.ts';
import { eventually, type RunningServer, startServer, temporaryFolder } from '../e2e/running-server.ts';
import { entriesOf, type SeenEntry } from './site-entries.ts';

export type Recorded = readonly unknown[];

export interface RelayUnderTest {
  readonly server: RunningServer;
  readonly csms: RawCsms;
  /** Resolves to the record of a station once it has so many entries; a connection's accepted one is the first. */
  recorded(charger: string, entries: number, site?: string, kinds?: string): Promise<readonly Recorded[]>;
}

const KINDS = 'exchange,orphan,malformed,connection,gap';

/** One relay for all tests of a file; each has a station of its own. */
export async function relayUnderTest(
  t: { readonly after: (end: () => unknown) => void },
  more = '',
): Promise<RelayUnderTest> {
  const folder = await temporaryFolder();
  const csms = await RawCsms.listen();
  const server = await startServer({
    folder,
    config: `sites:\n  - id: depot\n    upstream: ws://127.0.0.1:${csms.port}/{charger}\n${more}`,
  });
  t.after(async () => {
    await server.stop('SIGKILL');
    csms.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    server,
    csms,
    recorded: async (charger, entries, site = 'depot', kinds = KINDS) => {
      return eventually(
        async () => (await entriesOf(server, site, `${kinds}&charger_id=${charger}`)).map(shortly),
        (found) => found.length >= entries && found.every((entry) => !entry.includes('pending')),
      );
    },
  };
}

function shortly({ action, exchange }: SeenEntry): Recorded {
  const { kind, outcome, message_id: id, direction, event } = exchange;
  if (kind === 'exchange') return [kind, direction, id, action, outcome];
  if (kind === 'orphan') return [kind, direction, id];
  if (kind === 'malformed') return [kind, direction, event?.reason];
  if (kind === 'gap') return [kind, event?.reason];
  if (event?.event === 'accepted') return [event.event, event.subprotocol];
  if (event?.event === 'refused') return [event.event, event.status, event.reason];
  return [event?.event, event?.ended_by, event?.how, event?.close_code, event?.reason];
}
