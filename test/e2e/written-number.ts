/** A number as it is written in the source, of a constant that only its own file knows. */

import { readFileSync } from 'node:fs';

const SERVER = new URL('../../packages/server/src/', import.meta.url);
const CORE = new URL('../../packages/core/src/', import.meta.url);

/** What follows `before` in a file of the server: `60_000`, `16 * 1024 * 1024`, `7 * DAY` with a constant of the file. */
export const inServer = (file: string, before: string): number => written(new URL(file, SERVER), before);

export const inCore = (file: string, before: string): number => written(new URL(file, CORE), before);

/** Throws where it is not there once, and alone: a constant that has gone is no constant that agrees. */
function written(file: URL, before: string): number {
  const [, ...behind] = readFileSync(file, 'utf8').split(before);
  const [text = ''] = behind;
  if (behind.length !== 1) throw new Error(`${file.pathname} has "${before}" ${behind.length} times`);
  const product = /^\w[\w.]*(?: \* \w[\w.]*)*/.exec(text)?.[0] ?? '';
  const factors = product.split(' * ').map((factor) => numberOf(file, factor));
  if (factors.some(Number.isNaN)) throw new Error(`${file.pathname}: no number follows "${before}"`);
  return factors.reduce((all, factor) => all * factor, 1);
}

function numberOf(file: URL, factor: string): number {
  if (/^[A-Z][A-Z_]*$/.test(factor)) return written(file, `const ${factor} = `);
  return /^[\d_.]+$/.test(factor) ? Number(factor.replaceAll('_', '')) : Number.NaN;
}
