/** The page of a bundle as the dashboard's build made it: everything in it but the entries. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ExportRefusedError } from '../export-refused.ts';

export interface BundlePage {
  readonly before: string;
  readonly after: string;
}

const PATH = fileURLToPath(new URL('../../../../dashboard/dist/bundle.html', import.meta.url));
/** Where the entries come; the build puts it there once. */
const PLACE = '<!--entries-->';
const NOT_BUILT =
  'bundles need the dashboard, which is not built here: run npm run build where ocpp-logs is installed, or take the trace';

let known: BundlePage | null = null;

/** Why no bundle can be made now; null where it can. Looked for each time: a build may come while the server runs. */
export function bundleLack(path = PATH): string | null {
  return existsSync(path) ? null : NOT_BUILT;
}

export function readBundlePage(): BundlePage {
  known ??= pageOf(textOf(PATH));
  return known;
}

/** Throws where the text has no place for the entries, or several. */
export function pageOf(html: string): BundlePage {
  const [before, after, more] = html.split(PLACE);
  if (before === undefined || after === undefined || more !== undefined)
    throw new Error('the page of a bundle must have one place for the entries');
  return { before, after };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new ExportRefusedError(NOT_BUILT);
  }
}
