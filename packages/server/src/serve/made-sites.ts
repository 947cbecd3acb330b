/** Sites that an import makes, told in the audit log as one that somebody made by hand. */

import { actorOfId } from '../auth/actor.ts';
import type { ImportJobsOptions } from '../import/jobs/import-jobs.ts';
import type { AuditEvent } from '../store/audit.ts';
import { emptySite } from '../store/control/site-rules.ts';
import type { Control } from '../store/control.ts';

export function siteMaker(
  control: Pick<Control, 'snapshot' | 'putSite' | 'audit'>,
  now: () => number,
  onProblem: (problem: unknown) => void,
): ImportJobsOptions['makeSite'] {
  return async (site, { by, id }) => {
    const snapshot = control.snapshot();
    if (snapshot.sites.has(site)) return;
    await control.putSite(emptySite(site, 'added'));
    const made: AuditEvent = {
      ...actorOfId(by, snapshot),
      at: now(),
      action: 'site-made',
      site,
      target: null,
      address: null,
      request: null,
      details: { by: 'import', import: id },
      count: 1,
    };
    // What was done is done, and the import goes on.
    await control.audit([made]).catch(onProblem);
  };
}
