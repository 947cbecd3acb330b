/** Every format in which entries can be taken away. */

import { bundleLack, readBundlePage } from './bundle/bundle-page.ts';
import { bundleFormat } from './bundle.ts';
import { csv } from './csv.ts';
import type { ExportFormat, ExportFormatName } from './format.ts';
import { ndjson } from './ndjson.ts';
import { parquet } from './parquet.ts';
import { trace } from './trace.ts';
import { xlsx } from './xlsx.ts';

export type Formats = Readonly<Record<ExportFormatName, ExportFormat>>;

export const FORMATS: Formats = {
  csv,
  xlsx,
  ndjson,
  parquet,
  trace,
  bundle: bundleFormat(readBundlePage),
};

/** Why this installation cannot make one of the format now; null where it can. */
export function lackOf(format: ExportFormatName): string | null {
  return format === 'bundle' ? bundleLack() : null;
}
