/** Small disks of a test's own, where mounting is allowed. */

import { execFileSync } from 'node:child_process';
import { closeSync, copyFileSync, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

const MIB = 1024 * 1024;

interface Mounted {
  readonly path: string;
  /** Where something is mounted, in the order of its mounting; all of it goes with the test. */
  readonly mounts: string[];
}

/** An empty one; null, and the test is skipped, where that is not allowed. */
export function mountedDisk(t: TestContext, kind: 'tmpfs' | 'ext4', mebibytes: number): string | null {
  return mounted(t, kind, mebibytes, 'defaults')?.path ?? null;
}

function mounted(t: TestContext, kind: 'tmpfs' | 'ext4', mebibytes: number, options: string): Mounted | null {
  const base = mkdtempSync(join(tmpdir(), 'ocpp-logs-disk-'));
  const path = join(base, 'disk');
  mkdirSync(path);
  try {
    if (kind === 'tmpfs') {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `${options},size=${mebibytes}m`, 'tmpfs', path], {
        stdio: 'pipe',
      });
    } else {
      const image = join(base, 'image');
      closeSync(openSync(image, 'w'));
      truncateSync(image, mebibytes * MIB);
      execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'pipe' });
      execFileSync('mount', ['-o', `${options},loop`, image, path], { stdio: 'pipe' });
    }
  } catch (error) {
    rmSync(base, { recursive: true, force: true });
    t.skip(`NOT TESTED: a ${kind} cannot be mounted here: ${String(error).split('\n')[0]}`);
    return null;
  }
  const mounts = [path];
  t.after(() => {
    for (const each of mounts.toReversed()) execFileSync('umount', ['--lazy', each], { stdio: 'pipe' });
    rmSync(base, { recursive: true, force: true });
  });
  return { path, mounts };
}

export function remount(path: string, options: string): void {
  execFileSync('mount', ['-o', `remount,${options}`, path], { stdio: 'pipe' });
}

export interface PulledDisk {
  readonly path: string;
  /**
   * A disk as this one would be found had its power gone off now: what nobody had brought to it is not there. Nothing may
   * write meanwhile.
   */
  afterPowerCut(): string;
}

/** By itself the system brings nothing to it in the time that a test takes; otherwise as {@link mountedDisk}. */
export function pulledDisk(t: TestContext, mebibytes: number): PulledDisk | null {
  const disk = mounted(t, 'ext4', mebibytes, 'commit=300');
  if (disk === null) return null;
  const { path, mounts } = disk;
  return {
    path,
    afterPowerCut: () => {
      const base = join(dirname(path), `cut-${mounts.length}`);
      const found = join(base, 'disk');
      mkdirSync(found, { recursive: true });
      // What is behind the mounted disk, not what the system holds in memory for it.
      copyFileSync(join(dirname(path), 'image'), join(base, 'image'));
      execFileSync('mount', ['-o', 'loop', join(base, 'image'), found], { stdio: 'pipe' });
      mounts.push(found);
      return found;
    },
  };
}
