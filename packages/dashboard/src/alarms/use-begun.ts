/** A form over an alarm that somebody else may change meanwhile: nothing of that is written over unseen. */

import { useState } from 'react';
import type { SentHeaders } from '../api/client.ts';
import { useClient } from '../api/context.ts';
import { isStatus } from '../api/problem.ts';
import type { AlarmBody } from './alarm-answers.ts';

export interface Begun {
  /** What the form was begun from, which need not be what is there by now; null: a new alarm. */
  readonly begun: AlarmBody | null;
  /** As somebody else has left it since; null: nobody has, as far as is known. */
  readonly since: AlarmBody | null;
  /** Whether `work` was done: it was not where somebody else was faster, which `since` tells then. */
  readonly write: (work: (path: string, headers: SentHeaders) => Promise<unknown>) => Promise<boolean>;
  /** From what is there now. */
  readonly goOn: () => void;
}

export function useBegun(alarm: AlarmBody | null): Begun {
  const client = useClient();
  const [begun, setBegun] = useState(alarm);
  const [since, setSince] = useState<AlarmBody | null>(null);
  const write: Begun['write'] = async (work) => {
    const path = `/alarms/${begun?.id}`;
    try {
      await work(path, begun?.etag == null ? {} : { 'if-match': begun.etag });
      return true;
    } catch (error) {
      if (!isStatus(error, 412)) throw error;
      setSince(await client.get<AlarmBody>(path));
      return false;
    }
  };
  const goOn = () => {
    if (since !== null) setBegun(since);
    setSince(null);
  };
  return { begun, since, write, goOn };
}
