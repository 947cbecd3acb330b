/** Says of a wrong setting: which one, from where, its value, what is allowed. */

import { nearest } from '@ocpp-logs/core';
import { Settings as System } from 'typebox/system';
import { Value } from 'typebox/value';
import { emptySite, siteFaults } from '../store/control/site-rules.ts';
import type { Site } from '../store/control.ts';
import { allowedOf, type SettingShape, shapeAt } from './describe.ts';
import type { SettingFaults } from './error.ts';
import { type FileSettings, SettingsSchema, type SiteSettings } from './schema.ts';

const SHOWN_MAX = 80;
const ERRORS_MAX = 1000;
/** A TypeBox schema is a JSON Schema; this is the part of it that is read here. */
export const SHAPE: SettingShape = SettingsSchema as SettingShape;

/** `sourceOf` names where the setting at a dotted path came from. null where the whole has not its shape. */
export function checkSettings(
  given: unknown,
  sourceOf: (path: string) => string,
  faults: SettingFaults,
): FileSettings | null {
  const filled: unknown = Value.Default(SettingsSchema, given);
  if (Value.Check(SettingsSchema, filled)) {
    checkSites(filled.sites, sourceOf, faults);
    return filled;
  }
  const messages = complaints(filled, sourceOf);
  for (const message of messages) faults.add(message);
  if (messages.length === 0) faults.add('the configuration is not valid');
  return null;
}

function complaints(filled: unknown, sourceOf: (path: string) => string): readonly string[] {
  const messages: string[] = [];
  const told: string[] = [];
  for (const error of allErrors(filled)) {
    const { instancePath } = error;
    if (error.keyword === 'boolean') continue;
    if (error.keyword === 'additionalProperties') {
      for (const key of error.params.additionalProperties) {
        told.push(`${instancePath}/${key}`);
        messages.push(unknownKey(instancePath, key, sourceOf));
      }
      continue;
    }
    if (error.keyword === 'required') {
      const path = dotted(instancePath);
      messages.push(`${named(path, sourceOf)}: ${error.params.requiredProperties.join(', ')} is missing`);
      continue;
    }
    // Of a setting of several types, or of several rules, each complains; the first says what is allowed.
    if (told.some((path) => within(path, instancePath) || within(instancePath, path))) continue;
    told.push(instancePath);
    const shape = shapeAt(SHAPE, instancePath);
    const value = Value.Pointer.Get(filled, instancePath);
    const allowed = shape === null ? error.message : allowedOf(shape);
    const hint = instancePath === '/upstream' ? '; the CSMS of a site is sites[].upstream' : '';
    messages.push(
      `${named(dotted(instancePath), sourceOf)}: ${shown(value)} is not allowed; allowed is ${allowed}${hint}`,
    );
  }
  return messages;
}

/** TypeBox stops after a few, of which one that is told is several. */
function allErrors(filled: unknown) {
  const { maxErrors } = System.Get();
  System.Set({ maxErrors: ERRORS_MAX });
  try {
    return Value.Errors(SettingsSchema, filled);
  } finally {
    System.Set({ maxErrors });
  }
}

function within(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}/`);
}

function unknownKey(parent: string, key: string, sourceOf: (path: string) => string): string {
  const known = Object.keys(shapeAt(SHAPE, parent)?.properties ?? {});
  const near = nearest(key, known);
  const path = dotted(parent === '' ? `/${key}` : `${parent}/${key}`);
  const hint = near === null ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
  return `${named(path, sourceOf)}: no such setting; ${hint}`;
}

function dotted(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.');
}

function named(path: string, sourceOf: (path: string) => string): string {
  const source = sourceOf(path);
  if (path === '') return source;
  return source.startsWith('--') || source.startsWith('OCPP_LOGS_') ? source : `${source}: ${path}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : text;
}

function checkSites(
  sites: readonly SiteSettings[],
  sourceOf: (path: string) => string,
  faults: SettingFaults,
): void {
  const seen = new Set<string>();
  for (const [at, site] of sites.entries()) {
    const path = `sites.${at}`;
    if (seen.has(site.id)) {
      const what = `${shown(site.id)} is there twice; each site needs an id of its own`;
      faults.add(`${named(path, sourceOf)}.id: ${what}`);
    }
    seen.add(site.id);
    for (const fault of siteFaults(siteOfSettings(site))) {
      // What was left open is made of the id, which is told.
      if (site[fault.setting] === undefined) continue;
      const source = `${named(path, sourceOf)}.${fault.setting}`;
      faults.add(`${source}: ${shown(fault.value)} is not allowed; it ${fault.message}`);
    }
  }
}

/** A site of the file with what it leaves open filled in. */
export function siteOfSettings(site: SiteSettings): Site {
  const empty = emptySite(site.id, 'config');
  return {
    ...empty,
    name: site.name ?? empty.name,
    timezone: site.timezone ?? empty.timezone,
    upstream: site.upstream ?? empty.upstream,
    retentionDays: site.retention_days ?? empty.retentionDays,
    retentionDaysInfo: site.retention_days_info ?? empty.retentionDaysInfo,
    retentionDaysDebug: site.retention_days_debug ?? empty.retentionDaysDebug,
    level: site.level ?? empty.level,
    pseudonymiseIdTags: site.pseudonymise_id_tags ?? empty.pseudonymiseIdTags,
    stationAuth: site.station_auth ?? empty.stationAuth,
    changedBy: 'configuration file',
  };
}
