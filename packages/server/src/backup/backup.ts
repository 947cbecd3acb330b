/** A sound copy of a data folder while a server writes it. */

import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { NODE_FILE } from '../store/node-number.ts';
import { check } from '../store/sqlite/check.ts';
import { copyDatabase, entriesOf, type SnapshotFile, snapshotLogs } from '../store/sqlite/snapshot.ts';
import { flush } from './flush.ts';
import {
  BackupError,
  digestOf,
  MANIFEST,
  type Manifest,
  type ManifestFile,
  readManifest,
  sourceState,
} from './manifest.ts';

export interface BackupWish {
  /** The data folder; a server may be running on it. */
  readonly folder: string;
  /** Folder of back-ups; the new one gets a folder of its own there. */
  readonly into: string;
  /** Whether `secret.key` goes along, with which secrets of API keys can be unsealed. */
  readonly secretKey: boolean;
  /** Whether every text of what was copied is unpacked and every count repeated. */
  readonly check: boolean;
  readonly program: string;
  readonly now: () => Date;
  readonly onFile: (file: { readonly at: number; readonly of: number; readonly bytes: number }) => void;
  readonly signal: AbortSignal;
}

export interface Backup {
  readonly path: string;
  readonly manifest: Manifest;
  /** Site files that are shared with the back-up before, as nothing in them has changed. */
  readonly shared: number;
  readonly problems: readonly string[];
}

const NAME = /^ocpp-logs-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/;

/**
 * Makes a back-up and moves it to its name when it is whole and on the disk. What a copy of was made before and has not
 * changed since is taken from the newest back-up there, as a second name of the same file.
 *
 * Marks of mirrors are copied first and control.db last: a mark may lie behind the entries, so that they are pulled
 * once more, and a transaction number that was given must not be given again.
 */
export async function makeBackup(wish: BackupWish): Promise<Backup> {
  const started = wish.now();
  const name = `ocpp-logs-${started.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  const path = join(wish.into, name);
  if (existsSync(path)) throw new BackupError(`${path} is there already; a second later it has another name`);
  mkdirSync(wish.into, { recursive: true, mode: 0o700 });
  const draft = `${path}.unfinished`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  try {
    const before = earlier(wish.into);
    const site = new SiteFiles(before, wish);
    copyMarks(wish.folder, draft);
    await snapshotLogs(wish.folder, draft, (file) => site.take(file));
    copyControl(wish.folder, draft);
    copyNode(wish.folder, draft);
    if (wish.secretKey) copyFileSync(join(wish.folder, 'secret.key'), join(draft, 'secret.key'));
    const problems = wish.check ? check(draft, site.copied) : [];
    const files = [...site.files.values(), ...(await others(draft, site.files))];
    const manifest: Manifest = {
      format: 'ocpp-logs backup 1',
      program: wish.program,
      started: started.toISOString(),
      ended: wish.now().toISOString(),
      entries: files.reduce((sum, { entries = 0 }) => sum + entries, 0),
      secret_key: wish.secretKey,
      files,
    };
    writeFileSync(join(draft, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    for (const file of [MANIFEST, ...files.map((each) => each.path)]) flush(join(draft, file));
    for (const folder of [join(draft, 'logs'), join(draft, 'pull'), draft]) flush(folder);
    renameSync(draft, path);
    flush(wish.into);
    return { path, manifest, shared: site.shared, problems };
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Names of the back-ups in a folder, the oldest first. */
export function backupsIn(into: string): readonly string[] {
  return existsSync(into)
    ? readdirSync(into)
        .filter((name) => NAME.test(name))
        .sort()
    : [];
}

/** Removes all but the newest `keep`; returns the names of those removed. */
export function removeOlder(into: string, keep: number): readonly string[] {
  const names = backupsIn(into).slice(0, -keep);
  for (const name of names) rmSync(join(into, name), { recursive: true });
  return names;
}

interface Earlier {
  readonly path: string;
  readonly files: ReadonlyMap<string, ManifestFile>;
}

/** The newest back-up; null without one that can be read: then everything is copied. */
function earlier(into: string): Earlier | null {
  const name = backupsIn(into).at(-1);
  if (name === undefined) return null;
  const path = join(into, name);
  try {
    return { path, files: new Map(readManifest(path).files.map((file) => [file.path, file])) };
  } catch (error) {
    if (error instanceof BackupError) return null;
    throw error;
  }
}

class SiteFiles {
  readonly #before: Earlier | null;
  readonly #wish: BackupWish;
  readonly files = new Map<string, ManifestFile>();
  /** Numbers of those that were not shared. */
  readonly copied = new Set<number>();
  shared = 0;

  constructor(before: Earlier | null, wish: BackupWish) {
    this.#before = before;
    this.#wish = wish;
  }

  async take({ number, source, target, at, of }: SnapshotFile): Promise<void> {
    this.#wish.signal.throwIfAborted();
    const path = `logs/${basename(target)}`;
    const state = sourceState(source);
    const file = (await this.#share(path, state, target)) ?? {
      ...(await this.#copy(path, source, target, number)),
      source: state,
    };
    this.files.set(path, file);
    this.#wish.onFile({ at, of, bytes: file.bytes });
  }

  async #copy(path: string, source: string, target: string, number: number): Promise<ManifestFile> {
    copyDatabase(source, target);
    this.copied.add(number);
    const sha256 = await digestOf(target);
    return { path, bytes: statSync(target).size, sha256, entries: entriesOf(target) };
  }

  /** Bytes are compared, so that damage in an old back-up does not go on into the next. */
  async #share(path: string, state: ManifestFile['source'], target: string): Promise<ManifestFile | null> {
    const known = this.#before?.files.get(path);
    if (this.#before === null || known?.source === undefined) return null;
    if (JSON.stringify(known.source) !== JSON.stringify(state)) return null;
    const old = join(this.#before.path, path);
    if (!existsSync(old) || (await digestOf(old)) !== known.sha256) return null;
    try {
      linkSync(old, target);
    } catch (error) {
      // Some file systems have one name a file.
      if (error instanceof Error && 'code' in error && error.code !== 'ENOSPC') return null;
      throw error;
    }
    this.shared += 1;
    return known;
  }
}

/** Where it is in PostgreSQL there is none, or one of an earlier time. */
function copyControl(folder: string, draft: string): void {
  const [from, to] = [join(folder, 'control.db'), join(draft, 'control.db')];
  if (!existsSync(from)) return;
  copyDatabase(from, to);
  // As in the data folder: nobody else's to read.
  chmodSync(to, 0o600);
}

/** Whoever starts on it tells an older run than the folder itself, and gets a number of its own. */
function copyNode(folder: string, draft: string): void {
  const [from, to] = [join(folder, NODE_FILE), join(draft, NODE_FILE)];
  if (existsSync(from)) copyFileSync(from, to);
}

/** Checkpoints of mirrors: each is replaced as a whole, so it can be copied as it is. */
function copyMarks(folder: string, draft: string): void {
  const from = join(folder, 'pull');
  mkdirSync(join(draft, 'pull'), { mode: 0o700 });
  if (!existsSync(from)) return;
  for (const name of readdirSync(from)) {
    if (name.endsWith('.json')) copyFileSync(join(from, name), join(draft, 'pull', name));
  }
}

async function others(
  draft: string,
  known: ReadonlyMap<string, ManifestFile>,
): Promise<readonly ManifestFile[]> {
  const paths = readdirSync(draft, { recursive: true, encoding: 'utf8' }).map((path) =>
    path.replaceAll('\\', '/'),
  );
  const files: ManifestFile[] = [];
  for (const path of paths.sort()) {
    const there = statSync(join(draft, path));
    if (there.isFile() && !known.has(path)) {
      files.push({ path, bytes: there.size, sha256: await digestOf(join(draft, path)) });
    }
  }
  return files;
}
