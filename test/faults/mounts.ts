/** Small disks of a test's own, where mounting is allowed. */

import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const MIB = 1024 * 1024;

/** An empty one; null, and the test is skipped, where that is not allowed. */
export function mountedDisk(t: TestContext, kind: 'tmpfs' | 'ext4', mebibytes: number): string | null {
  const base = mkdtempSync(join(tmpdir(), 'ocpp-logs-disk-'));
  const path = join(base, 'disk');
  mkdirSync(path);
  try {
    if (kind === 'tmpfs') {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path], { stdio: 'pipe' });
    } else {
      const image = join(base, 'image');
      closeSync(openSync(image, 'w'));
      truncateSync(image, mebibytes * MIB);
      execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'pipe' });
      execFileSync('mount', ['-o', 'loop', image, path], { stdio: 'pipe' });
    }
  } catch (error) {
    rmSync(base, { recursive: true, force: true });
    t.skip(`NOT TESTED: a ${kind} cannot be mounted here: ${String(error).split('\n')[0]}`);
    return null;
  }
  t.after(() => {
    execFileSync('umount', ['--lazy', path], { stdio: 'pipe' });
    rmSync(base, { recursive: true, force: true });
  });
  return path;
}

export function remount(path: string, options: string): void {
  execFileSync('mount', ['-o', `remount,${options}`, path], { stdio: 'pipe' });
}
