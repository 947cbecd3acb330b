/** Settings of a station as they were last seen: asked for, reported, or changed with success. */

import type { OcppLog } from '../ocpp-log.ts';

export const CONFIGURATION_ACTIONS = [
  'GetConfiguration',
  'ChangeConfiguration',
  'GetVariables',
  'SetVariables',
  'NotifyReport',
] as const;

export interface SeenSetting {
  /** Of 1.6 the key; of 2.x `Component.Variable`, instances in brackets, the EVSE behind `@`. */
  readonly name: string;
  /** null: the station has the key without a value. */
  readonly value: string | null;
  /** null where it was not told. */
  readonly readonly: boolean | null;
  /** ms since 1970. */
  readonly at: number;
  /** Action of the entry that told it. */
  readonly source: string;
  /** Entry id. */
  readonly entry: string | null;
}

type Members = Readonly<Record<string, unknown>>;
type Told = Pick<SeenSetting, 'name' | 'value' | 'readonly'>;

const ACCEPTED: ReadonlySet<unknown> = new Set(['Accepted', 'RebootRequired']);

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function list(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.map(members) : [];
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** What one entry tells. */
export function settingsOf(entry: OcppLog): readonly SeenSetting[] {
  const { action, payload, exchange } = entry;
  if (action === null) return [];
  const told = toldBy(action, members(payload), members(exchange?.response_payload));
  const at = Date.parse(exchange?.response_time ?? entry.occurrence_time);
  return told.map((setting) => ({ ...setting, at, source: action, entry: exchange?.id ?? null }));
}

function toldBy(action: string, request: Members, answer: Members): readonly Told[] {
  switch (action) {
    case 'GetConfiguration':
      return list(answer.configurationKey).flatMap(({ key, value, readonly }) =>
        typeof key === 'string' ? [{ name: key, value: text(value), readonly: readonly === true }] : [],
      );
    case 'ChangeConfiguration': {
      const name = text(request.key);
      if (name === null || !ACCEPTED.has(answer.status)) return [];
      return [{ name, value: text(request.value), readonly: false }];
    }
    case 'GetVariables':
      return list(answer.getVariableResult).flatMap((result) =>
        result.attributeStatus === 'Accepted'
          ? variable(result, result.attributeType, result.attributeValue, null)
          : [],
      );
    case 'SetVariables':
      return list(request.setVariableData).flatMap((wanted, place) => {
        const status = list(answer.setVariableResult)[place]?.attributeStatus;
        return ACCEPTED.has(status)
          ? variable(wanted, wanted.attributeType, wanted.attributeValue, false)
          : [];
      });
    case 'NotifyReport':
      return list(request.reportData).flatMap((report) =>
        list(report.variableAttribute).flatMap(({ type, value, mutability }) =>
          variable(report, type, value, mutability === undefined ? null : mutability === 'ReadOnly'),
        ),
      );
    default:
      return [];
  }
}

function variable(of: Members, type: unknown, value: unknown, readonly: boolean | null): readonly Told[] {
  const [component, named] = [members(of.component), members(of.variable)];
  const evse = members(component.evse);
  const place = typeof evse.id === 'number' ? `@${evse.id}${connectorText(evse.connectorId)}` : '';
  const [owner, own] = [withInstance(component), withInstance(named)];
  if (owner === null || own === null) return [];
  // OCPP 2.0.1 AttributeEnumType: Actual is what is meant unless another one is named.
  const attribute = typeof type === 'string' && type !== 'Actual' ? ` (${type})` : '';
  return [{ name: `${owner}${place}.${own}${attribute}`, value: text(value), readonly }];
}

function connectorText(connector: unknown): string {
  return typeof connector === 'number' ? `/${connector}` : '';
}

function withInstance({ name, instance }: Members): string | null {
  if (typeof name !== 'string') return null;
  return typeof instance === 'string' && instance !== '' ? `${name}[${instance}]` : name;
}

/** The newest of each name, by name; at most `max`. */
export function lastConfiguration(settings: readonly SeenSetting[], max: number): readonly SeenSetting[] {
  const newest = new Map<string, SeenSetting>();
  for (const setting of settings) {
    const known = newest.get(setting.name);
    if (known === undefined) {
      if (newest.size < max) newest.set(setting.name, setting);
    } else if (setting.at > known.at) {
      newest.set(setting.name, { ...setting, readonly: setting.readonly ?? known.readonly });
    }
  }
  return [...newest.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
