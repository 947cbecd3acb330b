/** What any store of control data must do. The test of each opens one and runs this suite over it. */

import { alarmConformance } from './conformance/alarms.ts';
import { atOnceConformance } from './conformance/at-once.ts';
import { auditConformance } from './conformance/audit.ts';
import { erasureConformance } from './conformance/erasures.ts';
import { keptConformance } from './conformance/kept.ts';
import type { OpenPlace } from './conformance/opened.ts';
import { peopleConformance } from './conformance/people.ts';
import { requestConformance } from './conformance/requests.ts';
import { sessionConformance } from './conformance/sessions.ts';
import { siteAndKeyConformance } from './conformance/sites-and-keys.ts';

export function controlConformance(name: string, open: OpenPlace): void {
  siteAndKeyConformance(name, open);
  requestConformance(name, open);
  peopleConformance(name, open);
  sessionConformance(name, open);
  keptConformance(name, open);
  auditConformance(name, open);
  erasureConformance(name, open);
  alarmConformance(name, open);
  atOnceConformance(name, open);
}
