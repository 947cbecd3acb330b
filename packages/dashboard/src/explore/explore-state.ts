/** What the page shows, as its address says it. Every state has one address, and every address is a state. */

export const ZONES = ['browser', 'site', 'utc'] as const;
export type ZoneChoice = (typeof ZONES)[number];

export interface EntryKey {
  readonly site: string;
  readonly id: string;
}

export interface ExploreState {
  /** The search as it was typed, faults and all. */
  readonly q: string;
  /** Ids; none means all that may be read. */
  readonly sites: readonly string[];
  /** `-3h` or ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly live: boolean;
  /** Whether Heartbeat and MeterValues are left out. */
  readonly quiet: boolean;
  /** Whether what is no message is shown too: connections, gaps, malformed frames. */
  readonly events: boolean;
  readonly zone: ZoneChoice;
  readonly order: 'desc' | 'asc';
  /** null: as the person has them. */
  readonly columns: readonly string[] | null;
  /** The entry that is open. */
  readonly entry: EntryKey | null;
}

export const START: ExploreState = {
  q: '',
  sites: [],
  from: '-24h',
  to: 'now',
  live: false,
  quiet: false,
  events: false,
  zone: 'browser',
  order: 'desc',
  columns: null,
  entry: null,
};

const list = (texts: readonly string[]): string => texts.map(encodeURIComponent).join(',');

function unlist(text: string | null): readonly string[] {
  return (text ?? '').split(',').flatMap((item) => {
    try {
      return item === '' ? [] : [decodeURIComponent(item)];
    } catch (error) {
      // Addresses are typed by people too; a stray % takes its item with it.
      if (error instanceof URIError) return [];
      throw error;
    }
  });
}

/** The query of the address, without `?`; empty for what the page starts with. */
export function writeState(state: ExploreState): string {
  const query = new URLSearchParams();
  const put = (name: string, text: string, usual = '') => {
    if (text !== usual) query.set(name, text);
  };
  put('q', state.q);
  put('site', list(state.sites));
  put('from', state.from, START.from);
  put('to', state.to, START.to);
  put('live', state.live ? '1' : '');
  put('quiet', state.quiet ? '1' : '');
  put('events', state.events ? '1' : '');
  put('zone', state.zone, START.zone);
  put('order', state.order, START.order);
  if (state.columns !== null) query.set('columns', list(state.columns));
  if (state.entry !== null) query.set('entry', list([state.entry.site, state.entry.id]));
  return query.toString();
}

export function readState(search: string): ExploreState {
  const query = new URLSearchParams(search);
  const columns = query.get('columns');
  const [site, id] = unlist(query.get('entry'));
  return {
    q: query.get('q') ?? START.q,
    sites: unlist(query.get('site')),
    from: query.get('from') ?? START.from,
    to: query.get('to') ?? START.to,
    live: query.get('live') === '1',
    quiet: query.get('quiet') === '1',
    events: query.get('events') === '1',
    zone: ZONES.find((zone) => zone === query.get('zone')) ?? START.zone,
    order: query.get('order') === 'asc' ? 'asc' : 'desc',
    columns: columns === null ? null : unlist(columns),
    entry: site === undefined || id === undefined ? null : { site, id },
  };
}
