/** Of an erasure, what is not in the files of a site: control data, the audit log, and what is beyond this program's reach. */

import { existsSync } from 'node:fs';
import { AUDIT_TAKE_MAX, type AuditEvent, SITES_TOLD } from '../store/audit.ts';
import type { Control } from '../store/control.ts';
import {
  type ErasureProgress,
  type ErasureRecord,
  type ErasureReport,
  TEXTS_BEGIN,
  type TextsErased,
  type TextsPlace,
  type TextsStep,
} from '../store/erasure.ts';

interface WithControl {
  readonly control: Pick<Control, 'eraseTexts' | 'backups' | 'audits'>;
  readonly pseudonymKey: Uint8Array;
  readonly setAside: () => number;
}

/** Out of control data. */
export async function eraseTexts(
  record: ErasureRecord,
  { control, pseudonymKey }: Pick<WithControl, 'control' | 'pseudonymKey'>,
): Promise<TextsErased> {
  const found: Record<string, number> = {};
  for (let place: TextsPlace | null = TEXTS_BEGIN; place !== null; ) {
    const { table, changed, next }: TextsStep = await control.eraseTexts(record, pseudonymKey, place);
    if (changed > 0) found[table] = (found[table] ?? 0) + changed;
    place = next;
  }
  return found;
}

type Elsewhere = Pick<ErasureReport, 'backups' | 'downloads' | 'unclearDownloads' | 'setAside'>;

/** Where it may still be, as far as is known. */
export async function elsewhere(
  { site }: Pick<ErasureRecord, 'site'>,
  { first }: Pick<ErasureProgress, 'first'>,
  { control, setAside: filesSetAside }: Pick<WithControl, 'control' | 'setAside'>,
): Promise<Elsewhere> {
  const setAside = filesSetAside();
  if (first === null) return { backups: [], downloads: 0, unclearDownloads: 0, setAside };
  const backups = (await control.backups())
    .filter(({ made, sites }) => made >= first && sites.includes(site))
    .map(({ path, made }) => ({ path, made: new Date(made).toISOString(), there: existsSync(path) }));
  return { backups, ...(await downloadsOf(control, site, first)), setAside };
}

/** The audit log names the first sites of an export alone. */
async function downloadsOf(
  control: Pick<Control, 'audits'>,
  site: string,
  from: number,
): Promise<Pick<ErasureReport, 'downloads' | 'unclearDownloads'>> {
  const query = { from, to: Number.MAX_SAFE_INTEGER, actor: null, site: null, take: AUDIT_TAKE_MAX };
  const actions = ['export-downloaded'] as const;
  let [downloads, unclearDownloads]: [number, number] = [0, 0];
  let before: number | null = null;
  for (;;) {
    const records = await control.audits({ ...query, actions, before });
    for (const { details, count: times } of records) {
      if (!Array.isArray(details.sites)) continue;
      if (details.sites.includes(site)) downloads += times;
      // Of records from before `more_sites` it is not known whether there were more.
      else if (details.sites.length >= SITES_TOLD && details.more_sites !== 0) unclearDownloads += times;
    }
    const last = records.at(-1);
    if (last === undefined || records.length < AUDIT_TAKE_MAX) return { downloads, unclearDownloads };
    before = last.n;
  }
}

/** For the audit log: what was done, and nothing of the id tag. */
export function auditOf({ id, site, by, replacement, state, report }: ErasureRecord, at: number): AuditEvent {
  const { entries = 0, files = 0, exports = 0 } = report ?? {};
  return {
    at,
    actor: 'server',
    name: by,
    action: 'id-tag-erased',
    site,
    target: id,
    address: null,
    request: null,
    details: { state, replacement, entries, files, exports },
    count: 1,
  };
}
