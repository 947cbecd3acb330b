/** The findings of one entry, each once and bounded: a message may hold a hundred thousand bad values. */

import type { Finding } from '../finding.ts';
import type { CheckCode } from './checks.ts';

const FINDINGS_MAX = 64;
const DETAIL_MAX = 60;

export class Found {
  readonly list: Finding[] = [];

  get full(): boolean {
    return this.list.length > FINDINGS_MAX;
  }

  add(code: CheckCode, path?: string, detail?: string, clause?: string): void {
    if (this.full) return;
    if (this.list.some((known) => known.code === code && known.path === path)) return;
    if (this.list.length === FINDINGS_MAX) {
      this.list.push({ code: 'findings-cut' });
      return;
    }
    this.list.push({
      code,
      ...(path === undefined ? {} : { path }),
      ...(detail === undefined ? {} : { detail: shortened(detail) }),
      ...(clause === undefined ? {} : { clause }),
    });
  }
}

function shortened(text: string): string {
  return text.length <= DETAIL_MAX ? text : `${text.slice(0, DETAIL_MAX - 1)}…`;
}
