/** `backup.json`: what a back-up holds, so that it can be known to be whole before anything is done with it. */

import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

export const MANIFEST = 'backup.json';

/** Of a database beside its log of writes; the same only while neither was written. */
const SourceState = Type.Object({
  size: Type.Number(),
  modified_ms: Type.Number(),
  log_size: Type.Number(),
  log_modified_ms: Type.Number(),
});

const ManifestFile = Type.Object({
  /** In the back-up, with `/`. Nothing but what a data folder has: a manifest may come from anybody. */
  path: Type.String({
    pattern: String.raw`^(control\.db|node\.json|secret\.key|(logs|pull)/[A-Za-z0-9_-][A-Za-z0-9._-]*)$`,
  }),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** Of site files: entries in it, and what it was copied from. */
  entries: Type.Optional(Type.Integer({ minimum: 0 })),
  source: Type.Optional(SourceState),
});

const Manifest = Type.Object({
  format: Type.Literal('ocpp-logs backup 1'),
  program: Type.String(),
  started: Type.String(),
  ended: Type.String(),
  entries: Type.Integer({ minimum: 0 }),
  secret_key: Type.Boolean(),
  files: Type.Array(ManifestFile),
});

export type SourceState = Static<typeof SourceState>;
export type ManifestFile = Static<typeof ManifestFile>;
export type Manifest = Static<typeof Manifest>;

/** The folder is no back-up, or not as it was made; one line. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** Throws a {@link BackupError} where there is none that this version reads. */
export function readManifest(backup: string): Manifest {
  const path = join(backup, MANIFEST);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new BackupError(`${backup} is no back-up of ocpp-logs: ${MANIFEST} cannot be read (${code})`);
  }
  const manifest = parsed(text);
  if (!Value.Check(Manifest, manifest)) {
    throw new BackupError(`${path} is not what this version of ocpp-logs writes; was it cut or changed?`);
  }
  return manifest;
}

/** What differs from what was backed up, a line each; nothing where all is as it was. */
export async function differences(backup: string, { files }: Manifest): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { path, bytes, sha256 } of files) {
    const there = statSync(join(backup, path), { throwIfNoEntry: false });
    if (there === undefined) lines.push(`${path}: missing`);
    else if (there.size !== bytes) lines.push(`${path}: ${there.size} bytes, ${bytes} were backed up`);
    else if ((await digestOf(join(backup, path))) !== sha256) lines.push(`${path}: not as it was backed up`);
  }
  return lines;
}

/** SHA-256 of the file's bytes, in hexadecimal digits. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

export function sourceState(database: string): SourceState {
  const file = statSync(database, { throwIfNoEntry: false });
  const log = statSync(`${database}-wal`, { throwIfNoEntry: false });
  return {
    size: file?.size ?? 0,
    modified_ms: file?.mtimeMs ?? 0,
    log_size: log?.size ?? 0,
    // Whoever only reads makes an empty one.
    log_modified_ms: log === undefined || log.size === 0 ? 0 : log.mtimeMs,
  };
}

/** undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
