/** What a search asks of the entries of one site: whatever it says of sites is known then, and need not be looked at. */

import type { FieldTest, QueryNode } from './ast.ts';
import { matches } from './pattern.ts';
import { QUERY_FIELDS } from './query-fields.ts';

export interface NamedSite {
  readonly id: string;
  readonly name: string;
}

/** What `site:` is compared with. */
export function siteValues(site: NamedSite | null): readonly string[] {
  if (site === null) return [];
  return site.name === site.id ? [site.id] : [site.id, site.name];
}

/**
 * The search without its parts about sites. `all`: every entry of the site matches, `none`: none can.
 */
export function queryAtSite(root: QueryNode | null, site: NamedSite): QueryNode | 'all' | 'none' {
  return root === null ? 'all' : reduced(root, site);
}

function reduced(node: QueryNode, site: NamedSite): QueryNode | 'all' | 'none' {
  switch (node.kind) {
    case 'words':
    case 'entries':
      return node;
    case 'field':
      if (QUERY_FIELDS.get(node.field)?.source.of !== 'site') return node;
      return siteHolds(node.test, site) ? 'all' : 'none';
    case 'not': {
      const part = reduced(node.part, site);
      if (part === 'all') return 'none';
      if (part === 'none') return 'all';
      return part.kind === 'not' ? part.part : { kind: 'not', part };
    }
    default: {
      const decides = node.kind === 'all' ? 'none' : 'all';
      const parts: QueryNode[] = [];
      for (const each of node.parts) {
        const part = reduced(each, site);
        if (part === decides) return decides;
        if (typeof part !== 'string') parts.push(...(part.kind === node.kind ? part.parts : [part]));
      }
      const [only] = parts;
      if (only === undefined) return decides === 'none' ? 'all' : 'none';
      return parts.length === 1 ? only : { kind: node.kind, parts };
    }
  }
}

/** Of a text no range is asked for. */
function siteHolds(test: FieldTest, site: NamedSite): boolean {
  if (test.test === 'present') return true;
  return test.test === 'is' && siteValues(site).some((value) => matches(test.pattern, value));
}
