/** What is told of a data folder that was kept, held against what was told then. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { run } from './running-server.ts';

/** Later versions may tell more of a thing, and nothing else of what they told. */
export function assertHolds(now: unknown, then: unknown, where: string): void {
  if (typeof then !== 'object' || then === null) {
    assert.equal(now, then, where);
    return;
  }
  assert.ok(typeof now === 'object' && now !== null, where);
  if (Array.isArray(then)) assert.equal(Array.isArray(now) && now.length, then.length, `length of ${where}`);
  const members = Object.entries(now);
  for (const [name, value] of Object.entries(then)) {
    assertHolds(members.find(([each]) => each === name)?.[1], value, `${where}.${name}`);
  }
}

/** The texts of frames and payloads, with the digits that they were written in. */
export function textsOf(answer: string): readonly string[] {
  return answer.match(/"(?:payload|[a-z]*_text)":(?:"(?:[^"\\]|\\.)*"|\{.*?\}(?=,"site_id"))/g) ?? [];
}

export async function assertSound(folder: string): Promise<void> {
  const { code, stdout } = await run(['check', '--data', folder]);
  assert.deepEqual([code, stdout], [0, `${folder} is sound\n`]);
}

export async function databases(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /\.db$|set-aside/.test(name)).sort();
}
