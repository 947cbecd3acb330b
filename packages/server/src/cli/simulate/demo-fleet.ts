/** The stations of the demo. Makers and models are made up. */

import type { ConnectorModel, StationModel } from './station-model.ts';

export const DEMO_SITE = { id: 'demo', name: 'Demo depot' } as const;

/** Half a minute of the stations' time a second: some six calls a second of all stations together. */
export const DEMO_SPEED = 30;

const AC_11: ConnectorModel = { current: 'AC', phases: 3, maxPower: 11_000 };
const AC_22: ConnectorModel = { current: 'AC', phases: 3, maxPower: 22_000 };
const AC_7: ConnectorModel = { current: 'AC', phases: 1, maxPower: 7_360 };
const DC_60: ConnectorModel = { current: 'DC', phases: 3, maxPower: 60_000 };
const DC_150: ConnectorModel = { current: 'DC', phases: 3, maxPower: 150_000 };

const TAGS: StationModel['tags'] = ['04A1B2C3D4', '04F00DBEEF', '0463A7129B', '04D5E88C10', 'VISITOR-07'];
const BLOCKED = '04DEAD0001';

type Kind = Omit<StationModel, 'charger' | 'serial' | 'tags' | 'blockedTag'> & { readonly prefix: string };

const KINDS: readonly Kind[] = [
  {
    prefix: 'AC',
    version: '1.6',
    vendor: 'Brindlewatt',
    model: 'Pillar 22',
    firmware: '3.8.1',
    connectors: [AC_22, AC_22],
  },
  {
    prefix: 'AC',
    version: '2.0.1',
    vendor: 'Ohmsgate',
    model: 'Duet 11',
    firmware: '2.14.0',
    connectors: [AC_11],
  },
  {
    prefix: 'DC',
    version: '1.6',
    vendor: 'Tarnmoor',
    model: 'Rapid 60',
    firmware: '1.22.7-r2',
    connectors: [DC_60],
  },
  {
    prefix: 'DC',
    version: '2.0.1',
    vendor: 'Tarnmoor',
    model: 'Rapid 150',
    firmware: '5.0.3',
    connectors: [DC_150, DC_150],
  },
  {
    prefix: 'AC',
    version: '1.6',
    vendor: 'Brindlewatt',
    model: 'Wall 7',
    firmware: '3.7.9',
    connectors: [AC_7],
  },
  {
    prefix: 'AC',
    version: '2.0.1',
    vendor: 'Ohmsgate',
    model: 'Duet 22',
    firmware: '2.14.0',
    connectors: [AC_22],
  },
];

/** Six stations, three of each version. */
export function demoFleet(): readonly StationModel[] {
  return stationModels(KINDS.length);
}

/** `count` stations: the demo's, again and again, with numbers of their own. `version` keeps to one of the two. */
export function stationModels(count: number, version?: StationModel['version']): readonly StationModel[] {
  const kinds = KINDS.filter((kind) => version === undefined || kind.version === version);
  return Array.from({ length: count }, (_, index) => kinds[index % kinds.length])
    .filter((kind) => kind !== undefined)
    .map(({ prefix, ...kind }, index) => ({
      ...kind,
      charger: `${prefix}-${String(index + 1).padStart(2, '0')}`,
      serial: `${kind.vendor.slice(0, 2).toUpperCase()}${String(240_117 + index * 31)}`,
      tags: TAGS,
      blockedTag: BLOCKED,
    }));
}
