/** Every format in which entries can be taken away. */

import { csv } from './csv.ts';
import type { ExportFormat, ExportFormatName } from './format.ts';
import { ndjson } from './ndjson.ts';
import { parquet } from './parquet.ts';
import { trace } from './trace.ts';
import { xlsx } from './xlsx.ts';

export const FORMATS: Readonly<Record<ExportFormatName, ExportFormat>> = {
  csv,
  xlsx,
  ndjson,
  parquet,
  trace,
};
