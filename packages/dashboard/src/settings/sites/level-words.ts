/** The levels of a site, in words. */

import type { SiteLevel } from '../../api/answers.ts';

export const LEVEL_CHOICES: readonly {
  readonly level: SiteLevel;
  readonly label: string;
  readonly about: string;
}[] = [
  { level: 'debug', label: 'Everything', about: 'debug' },
  {
    level: 'info',
    label: 'Charging and faults',
    about: 'info: transactions, authorisations, status, security, boot and firmware',
  },
  { level: 'minimal', label: 'Boot and firmware', about: 'minimal' },
  { level: 'none', label: 'Nothing', about: 'none: changes of these settings alone' },
];

/** What a change to this level means. */
export function levelMeaning(level: SiteLevel): string {
  switch (level) {
    case 'none':
      return 'Nothing that stations or their CSMS say is kept from now on, not even that they connect. What is stored stays.';
    case 'minimal':
      return 'From now on only boot notifications and what concerns firmware are kept, besides connections and gaps.';
    case 'info':
      return 'From now on meter values, heartbeats, commands and everything else at the level debug are left out.';
    case 'debug':
      return 'From now on everything is kept. What was left out before does not come back.';
  }
}
