/** What was done, in words. */

import type { AuditDetail, AuditRecord } from '../../api/settings-answers.ts';

export const ACTION_WORDS: Readonly<Record<string, string>> = {
  'sign-in': 'signed in',
  'sign-in-failed': 'failed to sign in',
  'sign-out': 'signed out',
  'password-changed': 'changed the own password',
  'key-made': 'made a key',
  'key-revoked': 'revoked a key',
  'user-made': 'added a user',
  'user-changed': 'changed a user',
  'user-removed': 'removed a user',
  'user-link-made': 'made a sign-in link',
  'site-made': 'added a site',
  'site-changed': 'changed a site',
  'site-removed': 'removed a site',
  'node-released': 'released the number of a node',
  'station-password-set': 'gave a station a password',
  'station-password-removed': 'took the password of a station away',
  'command-sent': 'called a station',
  'raw-read': 'read raw messages',
  'export-asked': 'asked for an export',
  'export-downloaded': 'downloaded an export',
  'export-removed': 'removed an export',
  'import-run': 'ran an import',
  'import-removed': 'removed an import',
  'backup-made': 'made a back-up',
  'id-tag-erased': 'erased an id tag',
  'alarm-made': 'made an alarm',
  'alarm-changed': 'changed an alarm',
  'alarm-removed': 'removed an alarm',
  'alarm-tested': 'sent a test notice of an alarm',
  'alarm-unkept': 'stopped an alarm that nobody answers for',
  'alarm-taken-over': 'took an alarm over',
};

/** With how often, where a record stands for several. */
export function actionText({ action, count }: Pick<AuditRecord, 'action' | 'count'>): string {
  const words = ACTION_WORDS[action] ?? action;
  return count > 1 ? `${words}, ${count} times` : words;
}

export function detailsText(details: AuditRecord['details']): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== false)
    .map(([key, value]) => `${key.replaceAll('_', ' ')}: ${valueText(value)}`)
    .join('; ');
}

function valueText(value: AuditDetail): string {
  if (value === true) return 'yes';
  return typeof value === 'object' && value !== null ? value.join(', ') || 'none' : String(value);
}

/** Path of the question; what is empty is not asked for. */
export function auditPath(
  filter: Readonly<Record<'action' | 'actor' | 'site', string>>,
  cursor: string,
): string {
  const asked = Object.entries({ ...filter, cursor }).filter(([, value]) => value !== '');
  return `/audit${asked.length === 0 ? '' : `?${new URLSearchParams(asked)}`}`;
}
