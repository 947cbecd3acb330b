// The rule of direction: a module imports only from those before the arrow.
//   core <- validate <- store <- auth <- capture, import <- export, alarms <- erasure <- api <- pull <- cli <- main
//   core <- dashboard, which knows the server by its API alone
// What puts the server together (app.ts, serve.ts) stands before cli, which starts it.
import { posix } from 'node:path';

const CORE = '@ocpp-logs/core';

/** A layer sees those of a lower rank, never another one of its own rank. */
const RANKS = {
  core: 0,
  ground: 1,
  // The official schemas, and what messages break of them.
  validate: 1.5,
  store: 2,
  config: 3,
  auth: 4,
  capture: 5,
  import: 5,
  export: 6,
  backup: 6,
  // Evaluates what is stored, and tells people; uses none of the capture.
  alarms: 6,
  // Removes exports that are kept.
  erasure: 6.5,
  // Exports are served by the API.
  api: 7,
  pull: 8,
  simulate: 8,
  server: 9,
  cli: 10,
  main: 11,
  dashboard: 12,
};

/** Files and folders whose name is not their layer's. */
const LAYERS = {
  'errors.ts': 'ground',
  'log.ts': 'ground',
  'metrics.ts': 'ground',
  'thread-priority.ts': 'ground',
  'config.ts': 'config',
  'folder.ts': 'config',
  serve: 'server',
  'version.ts': 'ground',
  'main.ts': 'main',
};

/** The simulated stations lie with the command that runs them, and `--demo` runs them too. */
/** Layer of a file of ours; null for files outside the rule (tests of the whole, scripts, bench). */
export function layerOf(path) {
  if (path.startsWith('packages/core/')) return 'core';
  if (path.startsWith('packages/dashboard/')) return 'dashboard';
  const inside = /^packages\/server\/src\/(.+)$/.exec(path)?.[1];
  if (inside === undefined) return null;
  const [first, ...rest] = inside.replace(/\.test\.ts$/, '.ts').split('/');
  if (first === 'cli' && rest[0] === 'simulate' && rest.length > 1) return 'simulate';
  if (rest.length === 0) return LAYERS[first] ?? 'server';
  return LAYERS[first] ?? (first in RANKS ? first : 'unknown');
}

function allowed(from, to) {
  if (from === 'dashboard') return to === 'dashboard' || to === 'core';
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
