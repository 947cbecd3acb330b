/** The dashboard: its pages, and what they share. */

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { Client } from './api/client.ts';
import { ClientContext } from './api/context.ts';
import { ApiError, isStatus } from './api/problem.ts';
import { askFailedAgain } from './api/recovery.ts';
import { sessionOfPath } from './charging/session-path.ts';
import { ExplorePage } from './explore/explore-page.tsx';
import { Gate } from './session/gate.tsx';
import { SignInPage } from './session/sign-in-page.tsx';
import { stationOfPath } from './station/station-path.ts';
import { startOfLogs } from './time/zone-preference.ts';
import { NotHere } from './ui/not-here.tsx';
import { part } from './ui/part.tsx';
import { Shell } from './ui/shell.tsx';

const RETRIES = 2;

/** Loaded when somebody goes there. */
const StationsPage = part(async () => (await import('./station/stations-page.tsx')).StationsPage);
const StationPage = part(async () => (await import('./station/station-page.tsx')).StationPage);
const ChargingSessionPage = part(async () => (await import('./charging/session-page.tsx')).SessionPage);
const SessionsPage = part(async () => (await import('./charging/sessions-page.tsx')).SessionsPage);
const FleetPage = part(async () => (await import('./fleet/fleet-page.tsx')).FleetPage);
const AlarmsPage = part(async () => (await import('./alarms/alarms-page.tsx')).AlarmsPage);
const SettingsPage = part(async () => (await import('./settings/settings-page.tsx')).SettingsPage);

function StationRoute() {
  useLocation();
  const station = stationOfPath(window.location.pathname);
  return station === null ? <NotHere /> : <StationPage {...station} />;
}

function ChargingSessionRoute() {
  useLocation();
  const id = sessionOfPath(window.location.pathname);
  return id === null ? <NotHere /> : <ChargingSessionPage id={id} />;
}

function queryClient(): QueryClient {
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // Whoever is signed out meanwhile is led to the door, and back.
      onError: (error, { queryKey }) => {
        if (isStatus(error, 401) && queryKey[0] !== 'session') {
          void queries.invalidateQueries({ queryKey: ['session'] });
        }
      },
    }),
    defaultOptions: {
      queries: {
        // What the server refused it would refuse again.
        retry: (count, error) => !(error instanceof ApiError) && count < RETRIES,
        refetchOnWindowFocus: false,
        staleTime: 60_000,
      },
    },
  });
  return queries;
}

export function App({ base }: { readonly base: string }) {
  const [queries] = useState(queryClient);
  const [client] = useState(() => new Client({ base, fetch: (...args) => fetch(...args) }));
  useEffect(() => client.reach.onBack(() => void askFailedAgain(queries)), [client, queries]);
  return (
    <QueryClientProvider client={queries}>
      <ClientContext value={client}>
        <Router base={base}>
          <Switch>
            <Route path="/">
              <Redirect to={startOfLogs()} replace />
            </Route>
            <Route path="/sign-in">
              <SignInPage />
            </Route>
            <Route>
              <Gate>
                <Shell>
                  <Switch>
                    <Route path="/explore">
                      <ExplorePage />
                    </Route>
                    <Route path="/stations">
                      <StationsPage />
                    </Route>
                    <Route path="/station/:site/:charger">
                      <StationRoute />
                    </Route>
                    <Route path="/charging-sessions">
                      <SessionsPage />
                    </Route>
                    <Route path="/fleet-overview">
                      <FleetPage />
                    </Route>
                    <Route path="/alarm-overview">
                      <AlarmsPage />
                    </Route>
                    <Route path="/session/:id">
                      <ChargingSessionRoute />
                    </Route>
                    <Route path="/settings/*?">
                      <SettingsPage />
                    </Route>
                    <Route>
                      <NotHere />
                    </Route>
                  </Switch>
                </Shell>
              </Gate>
            </Route>
          </Switch>
        </Router>
      </ClientContext>
    </QueryClientProvider>
  );
}
