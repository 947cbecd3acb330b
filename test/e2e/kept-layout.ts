/** Data folders that the first program of each layout of files of entries made: keep-layout.ts. */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packed, unpacked } from './kept-folder.ts';

export interface KeptLayout {
  /** Base64 by path. */
  readonly files: Readonly<Record<string, string>>;
  /** What the program itself answered to {@link ALL}. */
  readonly told: string;
}

const FOLDERS = fileURLToPath(new URL('../fixtures/folders/layouts/', import.meta.url));
const ENDING = '.json.br';

export const ALL =
  '/ocpp-logs/site/depot?from=2026-01-01&to=2026-03-01&take=1000&include=exchange,raw&kinds=exchange,orphan,malformed';

/** The number of its layout is the name. */
export async function keepLayout(name: string, kept: KeptLayout): Promise<number> {
  const bytes = packed(kept);
  await mkdir(FOLDERS, { recursive: true });
  await writeFile(join(FOLDERS, name + ENDING), bytes);
  return bytes.length;
}

export async function keptLayouts(): Promise<readonly (readonly [name: string, kept: KeptLayout])[]> {
  const names = (await readdir(FOLDERS)).filter((name) => name.endsWith(ENDING)).sort();
  const read = async (name: string) => {
    // Safe: keepLayout wrote it.
    const kept = unpacked(await readFile(join(FOLDERS, name))) as KeptLayout;
    return [name.slice(0, -ENDING.length), kept] as const;
  };
  return Promise.all(names.map(read));
}
