/** Sends a form: busy meanwhile, its faults afterwards, the first of them under the cursor. */

import { useQueryClient } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { type FormFaults, formFaults, NO_FAULTS } from '../api/form-faults.ts';
import { isStatus } from '../api/problem.ts';

export interface Write {
  readonly form: RefObject<HTMLFormElement | null>;
  readonly busy: boolean;
  readonly faults: FormFaults;
  /** Whether it went well. */
  readonly send: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** `names`: parameters that the form has fields for. */
export function useWrite(names: readonly string[]): Write {
  const form = useRef<HTMLFormElement>(null);
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState(NO_FAULTS);
  useEffect(() => {
    if (faults === NO_FAULTS) return;
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]');
    wrong?.focus();
    wrong?.scrollIntoView({ block: 'nearest' });
  }, [faults]);
  const send = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setFaults(NO_FAULTS);
    try {
      await work();
      return true;
    } catch (error) {
      setFaults(formFaults(error, names));
      if (isStatus(error, 401)) await queries.invalidateQueries({ queryKey: ['session'] });
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { form, busy, faults, send };
}
