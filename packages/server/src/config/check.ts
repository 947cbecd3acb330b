/** Says of a wrong setting: which one, from where, its value, what is allowed. */

import { nearest } from '@ocpp-logs/core';
import { Value } from 'typebox/value';
import { emptySite, siteFaults } from '../store/control/site-rules.ts';
import type { Site } from '../store/control.ts';
import { allowedOf, type SettingShape, shapeAt } from './describe.ts';
import { SettingError } from './error.ts';
import { type FileSettings, SettingsSchema, type SiteSettings } from './schema.ts';

const SHOWN_MAX = 80;
/** A TypeBox schema is a JSON Schema; this is the part of it that is read here. */
export const SHAPE: SettingShape = SettingsSchema as SettingShape;

/** `sourceOf` names where the setting at a dotted path came from. */
export function checkSettings(given: unknown, sourceOf: (path: string) => string): FileSettings {
  const filled: unknown = Value.Default(SettingsSchema, given);
  if (Value.Check(SettingsSchema, filled)) {
    checkSites(filled.sites, sourceOf);
    return filled;
  }
  throw new SettingError(complaint(filled, sourceOf));
}

function complaint(filled: unknown, sourceOf: (path: string) => string): string {
  for (const error of Value.Errors(SettingsSchema, filled)) {
    if (error.keyword === 'boolean') continue;
    if (error.keyword === 'additionalProperties') {
      const [unknown] = error.params.additionalProperties;
      return unknownKey(error.instancePath, unknown ?? '', sourceOf);
    }
    if (error.keyword === 'required') {
      const path = dotted(error.instancePath);
      return `${named(path, sourceOf)}: ${error.params.requiredProperties.join(', ')} is missing`;
    }
    const shape = shapeAt(SHAPE, error.instancePath);
    const value = Value.Pointer.Get(filled, error.instancePath);
    const allowed = shape === null ? error.message : allowedOf(shape);
    const hint = error.instancePath === '/upstream' ? '; the CSMS of a site is sites[].upstream' : '';
    return `${named(dotted(error.instancePath), sourceOf)}: ${shown(value)} is not allowed; allowed is ${allowed}${hint}`;
  }
  return 'the configuration is not valid';
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

function checkSites(sites: readonly SiteSettings[], sourceOf: (path: string) => string): void {
  const seen = new Set<string>();
  for (const [at, site] of sites.entries()) {
    const path = `sites.${at}`;
    if (seen.has(site.id)) {
      const what = `${shown(site.id)} is there twice; each site needs an id of its own`;
      throw new SettingError(`${named(path, sourceOf)}.id: ${what}`);
    }
    seen.add(site.id);
    const [fault] = siteFaults(siteOfSettings(site));
    if (fault === undefined) continue;
    const source = `${named(path, sourceOf)}.${fault.setting}`;
    throw new SettingError(`${source}: ${shown(fault.value)} is not allowed; it ${fault.message}`);
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
    stationAuth: site.station_auth ?? empty.stationAuth,
  };
}
