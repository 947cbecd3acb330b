// The project's own source files, as git knows them or is about to.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node24.mjs';

/** Paths from the root with `/`, tracked or new, never ignored ones. */
export function sourceFiles(extensions) {
  const git = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (git.status !== 0) throw new Error(`git ls-files: ${git.stderr}`);
  return git.stdout
    .split('\0')
    .filter(
      (path) => extensions.some((extension) => path.endsWith(extension)) && existsSync(join(root, path)),
    );
}

export function textOf(path) {
  return readFileSync(join(root, path), 'utf8');
}
