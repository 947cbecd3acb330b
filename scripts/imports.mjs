// The rule of direction: a module imports only from those before the arrow.
//   core <- store <- auth <- capture, import <- export, api <- cli <- main
// What puts the server together (app.ts, serve.ts) stands before cli, which starts it.
import { posix } from 'node:path';

const CORE = '@ocpp-logs/core';

/** A layer sees those of a lower rank, never another one of its own rank. */
const RANKS = {
  core: 0,
  ground: 1,
  store: 2,
  auth: 3,
  capture: 4,
  import: 4,
  export: 5,
  api: 5,
  server: 6,
  cli: 7,
  main: 8,
};

/** What lies at the top of the server and belongs to all of it: settings, errors, log, the folder's layout. */
const GROUND = ['config', 'config.ts', 'errors.ts', 'folder.ts', 'log.ts', 'metrics.ts'];

/** Layer of a file of ours; null for files outside the rule (tests of the whole, scripts, bench). */
export function layerOf(path) {
  if (path.startsWith('packages/core/')) return 'core';
  const inside = /^packages\/server\/src\/(.+)$/.exec(path)?.[1];
  if (inside === undefined) return null;
  const [first, ...rest] = inside.replace(/\.test\.ts$/, '.ts').split('/');
  if (GROUND.includes(first)) return 'ground';
  if (rest.length > 0) return first in RANKS ? first : 'unknown';
  return first === 'main.ts' ? 'main' : 'server';
}

function allowed(from, to) {
  return from === to || RANKS[from] > RANKS[to];
}

const SPECIFIER = /(?:\bfrom|\bimport\s*\(?)\s*(['"])([^'"\n]+)\1/g;
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

/** Specifiers of every import and re-export, those of types too. */
export function specifiersIn(text) {
  return [...text.replace(COMMENTS, '').matchAll(SPECIFIER)].map((match) => match[2]);
}

function resolveImport(path, specifier) {
  if (specifier === CORE) return 'packages/core/src/index.ts';
  if (specifier === 'ocpp-logs' || specifier.startsWith(`${CORE}/`)) return specifier;
  if (!specifier.startsWith('.')) return null;
  return posix.join(posix.dirname(path), specifier);
}

/** Of `files` (path -> text): every breach of the rule, as a line. */
export function breaches(files) {
  const found = [];
  const graph = new Map();
  for (const [path, text] of files) {
    const targets = specifiersIn(text).flatMap((specifier) => resolveImport(path, specifier) ?? []);
    graph.set(path, targets);
    const from = layerOf(path);
    if (from === null) continue;
    if (from === 'unknown') found.push(`${path}: its folder is no layer of the architecture`);
    for (const target of targets) {
      const to = layerOf(target);
      if (to === null || to === 'unknown' || from === 'unknown') {
        if (to === null) found.push(`${path} imports ${target}, which is outside the layers`);
      } else if (!allowed(from, to)) found.push(`${path} (${from}) imports ${target} (${to})`);
    }
  }
  return [...found, ...circles(graph)];
}

function circles(graph) {
  const found = [];
  const done = new Set();
  const visit = (path, trail) => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push(`circle: ${[...trail.slice(at), path].join(' -> ')}`);
    if (at >= 0 || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}
