/** Lets through who is signed in, and leads everyone else to the door and back. */

import type { ReactNode } from 'react';
import { Redirect, useLocation, useSearch } from 'wouter';
import { Waiting } from '../ui/waiting.tsx';
import { useLater } from './later.ts';
import { OwnUserForm } from './own-user-form.tsx';
import { SessionEnded } from './session-ended.tsx';
import { useSession } from './use-session.ts';

export function Gate({ children }: { readonly children: ReactNode }) {
  const { session, pending, signedOut } = useSession();
  const later = useLater(session?.user.id ?? null);
  const [location] = useLocation();
  const search = useSearch();
  if (pending) return <Waiting words="Loading the dashboard" alone />;
  if (session?.unfinished === true && !later.chosen) {
    return <OwnUserForm name={session.user.name} onLater={() => later.choose(true)} />;
  }
  const here = search === '' ? location : `${location}?${search}`;
  const door = `/sign-in?to=${encodeURIComponent(here)}`;
  if (signedOut && session === null) return <Redirect to={door} replace />;
  return (
    <>
      {children}
      {signedOut && session !== null && <SessionEnded name={session.user.name} door={door} />}
    </>
  );
}
