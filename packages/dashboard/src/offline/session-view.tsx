/** One session of the bundle. */

import { useMemo } from 'react';
import { Link } from 'wouter';
import { chartRange } from '../charging/chart-model.ts';
import type { SessionBody } from '../charging/session-answers.ts';
import { entriesOf } from '../charging/session-links.ts';
import { sessionAddress } from '../charging/session-path.ts';
import { connectorText } from '../charging/session-rows.tsx';
import { ToldSession } from '../charging/session-told.tsx';
import pages from '../station/station-page.module.css';
import { offsetText, timeText } from '../time/zone.ts';
import { shownText } from '../ui/shown-text.ts';
import { useTitle } from '../ui/use-title.ts';
import { blindTimes } from './blind-times.ts';
import { BundleSequence } from './bundle-sequence.tsx';
import type { OpenBundle } from './open-bundle.ts';
import { entryPlace } from './places.ts';

export interface SessionViewProps {
  readonly bundle: OpenBundle;
  readonly id: string;
  readonly zone: string;
}

export function SessionView({ bundle, id, zone }: SessionViewProps) {
  const session = bundle.session(id);
  useTitle(session === null ? 'No such session' : `${session.charger_id}, session`, 'bundle');
  return (
    <main className={pages.page}>
      <div className={pages.inner}>
        {session === null ? (
          <div className={pages.state} role="alert">
            <h1>No such session</h1>
            <p>
              This bundle has none of that name. <Link href="/">Its sessions</Link>
            </p>
          </div>
        ) : (
          <Whole bundle={bundle} session={session} zone={zone} />
        )}
      </div>
    </main>
  );
}

interface WholeProps extends Pick<SessionViewProps, 'bundle' | 'zone'> {
  readonly session: SessionBody;
}

function Whole({ bundle, session, zone }: WholeProps) {
  const { site_id: site, charger_id: charger } = session;
  const blind = useMemo(() => blindTimes(bundle, session, chartRange(session)), [bundle, session]);
  const entries = useMemo(
    () => entriesOf(session).flatMap((id) => bundle.at(site, id) ?? []),
    [bundle, session, site],
  );
  const from = Date.parse(session.from);
  return (
    <>
      <header className={pages.head}>
        <div>
          <h1>
            {shownText(charger)} <span className={pages.summary}>{connectorText(session)}</span>
          </h1>
          <p className={pages.site}>
            {shownText(session.site_name)} · {timeText(from, zone)} {offsetText(from, zone)}
          </p>
        </div>
      </header>
      <ToldSession
        session={session}
        zone={zone}
        blind={blind}
        entry={(id) => entryPlace(site, id)}
        other={(id) => sessionAddress(id)}
      />
      <section className={pages.card} aria-labelledby="sequence">
        <h2 id="sequence">Sequence</h2>
        <BundleSequence bundle={bundle} entries={entries} charger={charger} zone={zone} />
      </section>
    </>
  );
}
