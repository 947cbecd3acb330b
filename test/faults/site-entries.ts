/** What a running server has of a site, asked over HTTP as anybody asks. */

import type { RunningServer } from '../e2e/running-server.ts';

export interface SeenEntry {
  readonly occurrence_time: string;
  readonly action: string | null;
  readonly charger_id: string;
  readonly payload: unknown;
  readonly exchange: {
    readonly id: string;
    readonly kind: string;
    readonly direction: string | null;
    readonly connection_id: string | null;
    readonly message_id: string | null;
    readonly outcome: string | null;
    readonly latency_ms: number | null;
    readonly event?: Readonly<Record<string, unknown>>;
  };
  readonly validation?: { readonly findings: readonly { readonly code: string }[] };
  readonly raw?: {
    readonly request_text: string | null;
    readonly response_text: string | null;
    readonly encoding?: string;
    readonly redacted: readonly string[];
    readonly truncated: boolean;
    readonly length?: number;
    readonly sha256?: string;
  };
}

const TAKE = 1000;

/** All of these kinds, oldest first. */
export async function entriesOf(
  server: Pick<RunningServer, 'get'>,
  site: string,
  kinds: string,
  include = 'exchange',
): Promise<readonly SeenEntry[]> {
  const entries: SeenEntry[] = [];
  for (;;) {
    const range = `from=2000-01-01&to=2100-01-01&sort_order=asc&take=${TAKE}&skip=${entries.length}`;
    const response = await server.get(`/ocpp-logs/site/${site}?${range}&include=${include}&kinds=${kinds}`);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
    // Safe: it is the server under test, and what it says is asserted.
    const page = JSON.parse(text) as { readonly ocpp_logs: readonly SeenEntry[] };
    entries.push(...page.ocpp_logs);
    if (page.ocpp_logs.length < TAKE) return entries;
  }
}

/** How many of these kinds there are of a charger. */
export async function countOf(
  server: Pick<RunningServer, 'get'>,
  site: string,
  charger: string,
  kinds: string,
): Promise<number> {
  const wanted = `from=2000-01-01&to=2100-01-01&take=1&charger_id=${charger}&kinds=${kinds}`;
  const response = await server.get(`/ocpp-logs/site/${site}?${wanted}`);
  // Safe: as above.
  return ((await response.json()) as { readonly count: number }).count;
}

/** How far the recording of each charger has come, ms. */
export async function capturedThrough(
  server: Pick<RunningServer, 'get'>,
  site: string,
): Promise<ReadonlyMap<string, number>> {
  const response = await server.get(`/sites/${site}`);
  // Safe: as above.
  const body = (await response.json()) as {
    readonly chargers: readonly { readonly id: string; readonly captured_through: string | null }[];
  };
  return new Map(
    body.chargers.flatMap(({ id, captured_through: through }) =>
      through === null ? [] : [[id, Date.parse(through)]],
    ),
  );
}

/** One of the server's metrics, by its name without prefix. */
export async function metric(server: Pick<RunningServer, 'get'>, name: string): Promise<number> {
  const text = await (await server.get('/metrics')).text();
  return Number(new RegExp(`^ocpp_logs_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}
