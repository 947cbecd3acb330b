/** Lets through who is signed in, and leads everyone else to the door and back. */

import type { ReactNode } from 'react';
import { Redirect, useLocation, useSearch } from 'wouter';
import { useSession } from './use-session.ts';

export function Gate({ children }: { readonly children: ReactNode }) {
  const { pending, signedOut } = useSession();
  const [location] = useLocation();
  const search = useSearch();
  if (pending) return null;
  if (!signedOut) return children;
  const here = search === '' ? location : `${location}?${search}`;
  return <Redirect to={`/sign-in?to=${encodeURIComponent(here)}`} replace />;
}
