/** Whole data folders as versions wrote them, each with what the program said of it then. */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { RunningServer } from './running-server.ts';

export interface KeptFolder {
  /** Base64 by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Of the server. */
  readonly config: string;
  readonly key: { readonly api_key: string; readonly secret: string; readonly bearer: string };
  readonly user: { readonly name: string; readonly password: string };
  readonly station: { readonly site: string; readonly charger: string; readonly password: string };
  /** Answers by what was asked. */
  readonly told: Readonly<Record<string, string>>;
}

const FOLDERS = fileURLToPath(new URL('../fixtures/folders/', import.meta.url));
/** Of who has it, and of no other folder. */
const LEFT_OUT = /^(lock|run\.json|config\.yaml)/;

const KINDS = 'exchange,orphan,malformed,connection,gap,setting';

/** All that must be told again of a kept folder. `until` is when it was made. */
export function questions(until: string): readonly string[] {
  const range = `from=2026-01-01T00:00:00Z&to=${encodeURIComponent(until)}`;
  const all = `${range}&kinds=${KINDS}`;
  return [
    ...['fixed', 'depot', 'yard'].map((id) => `/ocpp-logs/site/${id}?${all}&take=1000&include=exchange,raw`),
    `/ocpp-logs/site/depot?${range}&take=5&skip=100&actions=MeterValues`,
    `/ocpp-logs/facets?${all}&fields=action,kind,outcome,station,status,error`,
    '/sites',
    '/users',
    '/keys',
    '/saved-searches',
    `/audit?${range}`,
  ];
}

export async function tellAll(server: RunningServer, asked: readonly string[]) {
  const told: Record<string, string> = {};
  for (const path of asked) {
    const response = await server.get(path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    told[path] = await response.text();
  }
  return told;
}

export async function filesOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
    .filter((name) => !LEFT_OUT.test(name));
  const files: Record<string, string> = {};
  for (const name of names.sort()) files[name] = (await readFile(join(folder, name))).toString('base64');
  return files;
}

export function packed(kept: unknown): Buffer {
  return brotliCompressSync(Buffer.from(JSON.stringify(kept)), {
    params: { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS },
  });
}

export function unpacked(bytes: Buffer): unknown {
  return JSON.parse(brotliDecompressSync(bytes).toString());
}

export async function keep(name: string, kept: KeptFolder): Promise<number> {
  const bytes = packed(kept);
  await mkdir(FOLDERS, { recursive: true });
  await writeFile(join(FOLDERS, `${name}.json.br`), bytes);
  return bytes.length;
}

export async function keptFolders(): Promise<readonly (readonly [name: string, kept: KeptFolder])[]> {
  const names = (await readdir(FOLDERS)).filter((name) => name.endsWith('.json.br')).sort();
  return Promise.all(
    names.map(async (name) => {
      // Safe: keep wrote it.
      const kept = unpacked(await readFile(join(FOLDERS, name))) as KeptFolder;
      return [name.slice(0, -'.json.br'.length), kept] as const;
    }),
  );
}

export async function layOut({ files }: Pick<KeptFolder, 'files'>, folder: string): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), Buffer.from(content, 'base64'), { mode: 0o600 });
  }
}
