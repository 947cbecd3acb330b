// Writes the parts of docs that are made from the code: node --conditions=source scripts/write-docs.mjs (Node 24).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { searchFields } from '../packages/core/src/query/fields-table.ts';
import { checksTable, misspellingsTable } from '../packages/core/src/validate/checks-table.ts';
import { rulesTable } from '../packages/core/src/verdict/rules-table.ts';
import { configJsonSchema } from '../packages/server/src/config/json-schema.ts';
import { settingsTable } from '../packages/server/src/config/settings-table.ts';
import { root } from './node24.mjs';

writeFileSync(join(root, 'docs', 'config.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);

const page = join(root, 'docs', 'configuration.md');
const table = /\| key \| default \|[\s\S]*?\n(?=\n|$)/;
writeFileSync(
  page,
  readFileSync(page, 'utf8').replace(table, () => `${settingsTable()}\n`),
);

const search = join(root, 'docs', 'search.md');
const fields = /\| field \| also \|[\s\S]*?\n(?=\n|$)/;
writeFileSync(
  search,
  readFileSync(search, 'utf8').replace(fields, () => `${searchFields()}\n`),
);

const diagnose = join(root, 'docs', 'diagnose.md');
const tables = ['session', 'station'].map(rulesTable);
writeFileSync(
  diagnose,
  readFileSync(diagnose, 'utf8')
    .replaceAll(/\| rule \| severity \|[\s\S]*?\n(?=\n|$)/g, () => `${tables.shift()}\n`)
    .replace(/\| code \| severity \| made of \|[\s\S]*?\n(?=\n|$)/, () => `${checksTable()}\n`)
    .replace(/\| right as well \|[\s\S]*?\n(?=\n|$)/, () => `${misspellingsTable()}\n`),
);
