/** Location, context and phase of a sample. Source: extraction rules 5.2 and 5.5. */

/** The fewer the better. */
const LOCATION_RANKS = ranks({ Outlet: 1, Cable: 2, Body: 3, Inlet: 4, EV: 5 });
const EV_FIRST_RANKS = ranks({ EV: 0, Outlet: 1, Cable: 2, Body: 3, Inlet: 4 });
const OUTLET_RANK = 1;

const CONTEXT_RANKS = ranks({
  'Sample.Periodic': 0,
  'Sample.Clock': 1,
  Trigger: 2,
  'Transaction.Begin': 3,
  'Transaction.End': 3,
  'Interruption.Begin': 4,
  'Interruption.End': 4,
  Other: 5,
});
const OTHER_RANK = 5;

/** Where a sample goes: the total, a phase, the neutral, or nowhere. */
export const TOTAL = 0;
export const NEUTRAL = 4;
export const LINE_TO_LINE = 5;
const PHASES = ranks({
  L1: 1,
  'L1-N': 1,
  L2: 2,
  'L2-N': 2,
  L3: 3,
  'L3-N': 3,
  N: NEUTRAL,
  'L1-L2': LINE_TO_LINE,
  'L2-L3': LINE_TO_LINE,
  'L3-L1': LINE_TO_LINE,
});

/** Without a location it is the outlet; undefined where OCPP knows no such location. */
export function locationRank(location: string | undefined, evFirst: boolean): number | undefined {
  if (location === undefined || location === '') return OUTLET_RANK;
  return look(evFirst ? EV_FIRST_RANKS : LOCATION_RANKS, location);
}

export function isUpstream(location: string | undefined): boolean {
  return location !== undefined && location.length === 8 && location.toLowerCase() === 'upstream';
}

export function contextRank(context: string | undefined): number {
  if (context === undefined || context === '') return 0;
  return look(CONTEXT_RANKS, context) ?? OTHER_RANK;
}

export function phaseSlot(phase: string | undefined): number | undefined {
  return phase === undefined || phase === '' ? TOTAL : look(PHASES, phase);
}

interface Ranks {
  readonly exact: ReadonlyMap<string, number>;
  readonly lower: ReadonlyMap<string, number>;
}

function ranks(table: Readonly<Record<string, number>>): Ranks {
  const entries = Object.entries(table);
  return {
    exact: new Map(entries),
    lower: new Map(entries.map(([name, rank]) => [name.toLowerCase(), rank])),
  };
}

const NAME_MAX = 32;

/** Stations differ in case, as they do for measurands. */
function look({ exact, lower }: Ranks, name: string): number | undefined {
  return exact.get(name) ?? (name.length > NAME_MAX ? undefined : lower.get(name.toLowerCase()));
}
