// Checks the direction of imports over the whole tree. TypeScript 7 has no API that a ready-made tool could use.
import { breaches } from './imports.mjs';
import { sourceFiles, textOf } from './sources.mjs';

const files = new Map(sourceFiles(['.ts', '.tsx', '.mjs']).map((path) => [path, textOf(path)]));
const found = breaches(files);
for (const line of found) console.error(line);
process.exitCode = found.length === 0 ? 0 : 1;
