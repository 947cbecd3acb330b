/** The settings as a table for docs/configuration.md. */

import { SHAPE } from './check.ts';
import { allowedOf, type SettingShape } from './describe.ts';

export function settingsTable(): string {
  const rows = rowsOf(SHAPE, '');
  return ['| key | default | allowed | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function rowsOf(shape: SettingShape, prefix: string): string[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, inner]) => {
    const name = prefix + key;
    if (inner.type === 'object') return rowsOf(inner, `${name}.`);
    const own = `| \`${name}\` | ${defaultOf(inner)} | ${allowedOf(inner)} | ${inner.description ?? ''} |`;
    return inner.items?.type === 'object' ? [own, ...rowsOf(inner.items, `${name}[].`)] : [own];
  });
}

function defaultOf({ default: preset }: SettingShape): string {
  if (preset === undefined || preset === '') return '';
  if (Array.isArray(preset)) return preset.length === 0 ? 'none' : `\`${preset.join(',')}\``;
  return `\`${preset}\``;
}
