/** What stands packed in files that the program writes, as text that can be searched. */

import { zstdDecompressSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { readBundle } from '../../packages/server/src/export/bundle/bundle-rig.fixture.ts';
import { partsOf } from '../../packages/server/src/export/xlsx/zip-part.fixture.ts';
import { readBlock } from '../../packages/server/src/store/sqlite/block-parts.ts';
import { Connection } from '../../packages/server/src/store/sqlite/sql.ts';

/** Of every format; each text of the file is in it. */
export async function textOfExport(format: string, bytes: Buffer): Promise<string> {
  if (format === 'xlsx') return [...partsOf(bytes)].flat().join('\n');
  if (format === 'parquet') return await textOfParquet(bytes);
  if (format === 'bundle') {
    const { texts, page } = readBundle(bytes);
    return [...Object.values(texts), page].join('\n');
  }
  return bytes.toString();
}

/** Cells as they are: JSON is not read, which would undo its escapes. Beside them what the file tells of itself. */
async function textOfParquet(bytes: Buffer): Promise<string> {
  const file = new Uint8Array(bytes).buffer;
  const metadata = parquetMetadata(file);
  const schema = metadata.schema.map((element) =>
    element.converted_type === 'JSON' ? { ...element, converted_type: 'UTF8' as const } : element,
  );
  const compressors = { ZSTD: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)) };
  const rows = await parquetReadObjects({ file, metadata: { ...metadata, schema }, compressors });
  const cells = rows.flatMap((row) => Object.values(row).map(String));
  return [...cells, bytes.toString('latin1')].join('\n');
}

/** Of a site file: records that are packed. */
export function textOfBlocks(path: string): string {
  const db = new Connection(path, { readOnly: true, busy: 20_000 });
  try {
    const numbers = db.numbers('SELECT number FROM block');
    return numbers.map(([number = 0]) => readBlock(db, number).bytes.toString()).join('\n');
  } finally {
    db.close();
  }
}
