/** Rows of control data as records, whichever database they come from. A column of another type than the schema's is a damaged file, and said so. */

import type { SQLOutputValue } from 'node:sqlite';
import { SITE_LEVELS } from '@ocpp-logs/core';
import { AUDIT_ACTIONS, type AuditRecord } from '../audit.ts';
import type { KeyRecord, LoggedSettings, Scope, Site, StationPassword } from '../control.ts';
import { SCOPES, STATION_AUTHS } from '../control.ts';
import type { BackupRecord } from '../erasure.ts';
import {
  type LinkRecord,
  ROLES,
  type RoleAt,
  type SavedSearch,
  type SessionRecord,
  type UserRecord,
} from '../people.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

function damaged(column: string): Error {
  return Object.assign(new Error(`control data: unexpected value in column ${column}`), {
    code: 'CONTROL_DAMAGED',
  });
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw damaged(column);
  return value;
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw damaged(column);
  return value;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}

function bytes(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw damaged(column);
  return value;
}

function list(row: Row, column: string): readonly string[] {
  const value: unknown = JSON.parse(text(row, column));
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw damaged(column);
  return value;
}

function isScope(value: string): value is Scope {
  return SCOPES.some((scope) => scope === value);
}

export function siteOf(row: Row): Site {
  const origin = text(row, 'origin');
  if (origin !== 'config' && origin !== 'added' && origin !== 'auto') throw damaged('origin');
  const stationAuth = STATION_AUTHS.find((known) => known === row.station_auth);
  if (stationAuth === undefined) throw damaged('station_auth');
  const level = SITE_LEVELS.find((known) => known === row.level);
  if (level === undefined) throw damaged('level');
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    timezone: text(row, 'timezone'),
    upstream: textOrNull(row, 'upstream'),
    retentionDays: integer(row, 'retention_days'),
    retentionDaysInfo: integer(row, 'retention_days_info'),
    retentionDaysDebug: integer(row, 'retention_days_debug'),
    level,
    pseudonymiseIdTags: integer(row, 'pseudonymise_id_tags') === 1,
    stationAuth,
    upstreamTrusted: integer(row, 'upstream_trusted') === 1,
    origin,
    changedBy: textOrNull(row, 'changed_by'),
  };
}

export function settingsOf(row: Row): LoggedSettings {
  const told: unknown = JSON.parse(text(row, 'logged'));
  if (typeof told !== 'object' || told === null || Array.isArray(told)) throw damaged('logged');
  const settings: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(told)) {
    if (typeof value !== 'string' && value !== null) throw damaged('logged');
    settings[name] = value;
  }
  return settings;
}

export function stationPasswordOf(row: Row): StationPassword {
  return {
    site: text(row, 'site'),
    charger: text(row, 'charger'),
    hash: text(row, 'hash'),
    nextHash: textOrNull(row, 'next_hash'),
    changed: integer(row, 'changed'),
  };
}

export function keyOf(row: Row): KeyRecord {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    apiKey: text(row, 'api_key'),
    scopes: list(row, 'scopes').filter(isScope),
    sites: row.sites === null ? null : list(row, 'sites'),
    expires: integerOrNull(row, 'expires'),
    created: integer(row, 'created'),
    lastUsed: integerOrNull(row, 'last_used'),
    revoked: integer(row, 'revoked') === 1,
    bearerHash: text(row, 'bearer_hash'),
    sealedSecret: bytes(row, 'sealed_secret'),
  };
}

export function roleOf(row: Row): RoleAt {
  const role = ROLES.find((known) => known === row.role);
  if (role === undefined) throw damaged('role');
  return { site: textOrNull(row, 'site'), role };
}

export function sessionOf(row: Row): SessionRecord {
  const until = integerOrNull(row, 'by_link_until');
  return {
    id: text(row, 'id'),
    user: text(row, 'user'),
    created: integer(row, 'created'),
    lastSeen: integer(row, 'last_seen'),
    expires: integer(row, 'expires'),
    idleMs: integer(row, 'idle_ms'),
    ...(until === null ? {} : { byLinkUntil: until }),
  };
}

export function linkOf(row: Row): LinkRecord {
  return { id: text(row, 'id'), user: textOrNull(row, 'user'), expires: integer(row, 'expires') };
}

export function searchOf(row: Row): SavedSearch {
  return {
    id: text(row, 'id'),
    owner: text(row, 'owner'),
    name: text(row, 'name'),
    shared: integer(row, 'shared') === 1,
    query: text(row, 'query'),
    changed: integer(row, 'changed'),
  };
}

export function userOf(row: Row, roles: readonly Row[]): UserRecord {
  const issuer = textOrNull(row, 'oidc_issuer');
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    password: textOrNull(row, 'password'),
    created: integer(row, 'created'),
    disabled: integer(row, 'disabled') === 1,
    oidc: issuer === null ? null : { issuer, subject: text(row, 'oidc_subject') },
    roles: roles.map(roleOf),
  };
}

export function auditOf(row: Row): AuditRecord {
  const action = AUDIT_ACTIONS.find((known) => known === row.action);
  if (action === undefined) throw new Error(`control data holds an unknown action: ${text(row, 'action')}`);
  return {
    n: integer(row, 'n'),
    at: integer(row, 'at'),
    actor: text(row, 'actor'),
    name: text(row, 'name'),
    action,
    site: textOrNull(row, 'site'),
    target: textOrNull(row, 'target'),
    address: textOrNull(row, 'address'),
    request: textOrNull(row, 'request'),
    details: JSON.parse(text(row, 'details')),
    count: integer(row, 'count'),
  };
}

export function backupOf(row: Row): BackupRecord {
  return {
    path: text(row, 'path'),
    made: integer(row, 'made'),
    entries: integer(row, 'entries'),
    sites: list(row, 'sites'),
  };
}
