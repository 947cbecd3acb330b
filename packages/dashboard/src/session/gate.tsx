/** Lets through who is signed in, and leads everyone else to the door and back. */

import { type ReactNode, useState } from 'react';
import { Redirect, useLocation, useSearch } from 'wouter';
import { OwnUserForm } from './own-user-form.tsx';
import { useSession } from './use-session.ts';

export function Gate({ children }: { readonly children: ReactNode }) {
  const { session, pending, signedOut } = useSession();
  const [later, setLater] = useState(false);
  const [location] = useLocation();
  const search = useSearch();
  if (pending) return null;
  if (session?.unfinished === true && !later) {
    return <OwnUserForm name={session.user.name} onLater={() => setLater(true)} />;
  }
  if (!signedOut) return children;
  const here = search === '' ? location : `${location}?${search}`;
  return <Redirect to={`/sign-in?to=${encodeURIComponent(here)}`} replace />;
}
