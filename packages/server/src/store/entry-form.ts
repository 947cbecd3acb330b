/** How entries are written out, with what is found in them where that is asked for. */

import type { EntryForm } from '@ocpp-logs/core';
import { findingsOf } from '../validate/findings-of.ts';
import type { Rendering } from './store.ts';

export function entryFormOf(rendering: Rendering): EntryForm {
  return rendering.validation === true ? { ...rendering, findings: findingsOf } : rendering;
}
