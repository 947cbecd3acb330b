// Writes the part of docs that is made from the code. Run by Node 24 with --conditions=source.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from '../packages/server/src/config/json-schema.ts';
import { root } from './node24.mjs';

writeFileSync(join(root, 'docs', 'config.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
