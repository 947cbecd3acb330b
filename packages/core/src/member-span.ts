/** Members in the text of an object: where a value stands, and which are there twice. */

import type { Span } from './json-text.ts';
import { walk } from './json-text.ts';

/** Of the object that is the valid `text`; of members that share the name the last, as JSON.parse takes it. */
export function memberSpan(text: string, name: string): Span | null {
  const quoted = `"${name}"`;
  let depth = 0;
  let wanted = false;
  let start = -1;
  let found: Span | null = null;
  const begin = (at: number) => {
    if (wanted && depth === 1 && start < 0) start = at;
  };
  const end = (at: number) => {
    if (start < 0 || depth !== 1) return;
    found = { start, end: at };
    start = -1;
    wanted = false;
  };
  walk(
    text,
    { start: 0, end: text.length },
    {
      open: (_, at) => {
        begin(at);
        depth += 1;
      },
      close: (at) => {
        depth -= 1;
        end(at);
      },
      name: (from, to) => {
        if (depth === 1) wanted = isName(text.slice(from, to), quoted, name);
      },
      scalar: (from, to) => {
        begin(from);
        end(to);
      },
    },
  );
  return found;
}

/** Of the object that is the valid `text`: names that more than one of its members have, each once. */
export function repeatedNames(text: string): readonly string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let depth = 0;
  walk(
    text,
    { start: 0, end: text.length },
    {
      open: () => {
        depth += 1;
      },
      close: () => {
        depth -= 1;
      },
      name: (from, to) => {
        if (depth !== 1) return;
        const name = String(JSON.parse(text.slice(from, to)));
        if (seen.has(name)) repeated.add(name);
        seen.add(name);
      },
      scalar: () => undefined,
    },
  );
  return [...repeated];
}

/** Names are hardly ever written with escapes. */
function isName(text: string, quoted: string, name: string): boolean {
  return text === quoted || (text.includes('\\') && JSON.parse(text) === name);
}
