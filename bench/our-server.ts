/** The real server as a process of its own, on a data folder that is there or a new one. */

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram } from './child.ts';
import { temporaryFolder } from './cleanup.ts';

export interface OurServer {
  readonly url: string;
  readonly pid: number;
  /** Of the Authorization header. */
  readonly credentials: string;
  stop(): Promise<void>;
}

export interface OurServerOptions {
  readonly sites: readonly { readonly id: string; readonly upstream?: string }[];
  readonly folder?: string;
  /** Other settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For Node itself, such as --cpu-prof. */
  readonly nodeArgs?: readonly string[];
}

const MAIN = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));
const READY = /^ocpp-logs listening on (http:\S+)/;

export async function startOurServer(options: OurServerOptions): Promise<OurServer> {
  const settings = temporaryFolder();
  const folder = options.folder ?? join(settings.path, 'data');
  const config = join(settings.path, 'config.yaml');
  const sites = options.sites.map((site) => ({ ...site, name: site.id, retention_days: 0 }));
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ sites, log_level: 'warn', ...options.settings }));
  const token = randomBytes(24).toString('hex');
  const server = await startProgram(
    [...process.execArgv, ...(options.nodeArgs ?? []), MAIN, 'serve', '--port', '0', '--data', folder].concat(
      '--config',
      config,
    ),
    { OCPP_LOGS_ADMIN_TOKEN: token },
    READY,
  );
  return {
    url: server.found,
    pid: server.pid,
    credentials: `Bearer ${token}`,
    stop: async () => {
      await server.stop();
      await settings.remove();
    },
  };
}
