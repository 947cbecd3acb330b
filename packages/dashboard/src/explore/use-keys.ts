/** Keys of the page: single letters, wherever nothing is being typed. */

import { useEffect, useRef } from 'react';

/** A key that has a name of several letters is told with `Shift+` where that is held. */
export type Keys = readonly (readonly [key: string, act: () => void])[];

function nameOf({ key, shiftKey }: KeyboardEvent): string {
  return shiftKey && key.length > 1 ? `Shift+${key}` : key;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches('input:not([type="radio"], [type="checkbox"]), textarea, select')
  );
}

/** Enter and Space belong to what has the focus, unless that is the table or nothing. */
function presses(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target !== document.body && target.getAttribute('role') !== 'grid';
}

export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector('dialog[open], [role="menu"]') !== null) return;
      if ((event.key === 'Enter' || event.key === ' ') && presses(event.target)) return;
      const name = nameOf(event);
      const act = latest.current.find(([key]) => key === name)?.[1];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
