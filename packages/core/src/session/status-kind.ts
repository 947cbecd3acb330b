/** What a connector's status says of whoever stands before it, of every version of OCPP. */

export type StatusKind = 'free' | 'plugged' | 'charging' | 'finishing' | 'faulted' | 'blocked';

const KINDS: Readonly<Record<string, StatusKind>> = {
  Available: 'free',
  Preparing: 'plugged',
  Occupied: 'plugged',
  EVConnected: 'plugged',
  Charging: 'charging',
  SuspendedEV: 'charging',
  SuspendedEVSE: 'charging',
  Finishing: 'finishing',
  Faulted: 'faulted',
  Unavailable: 'blocked',
  Reserved: 'blocked',
};

const LOWER_CASE = new Map(Object.entries(KINDS).map(([status, kind]) => [status.toLowerCase(), kind]));

/** null for a status that OCPP does not list. */
export function statusKind(status: string): StatusKind | null {
  return KINDS[status] ?? LOWER_CASE.get(status.toLowerCase()) ?? null;
}
