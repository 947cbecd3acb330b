/** Shows a dialog for as long as it is in the page, and gives the focus back to what had it. */

import { type RefObject, useLayoutEffect } from 'react';

export function useModal(dialog: RefObject<HTMLDialogElement | null>): void {
  useLayoutEffect(() => {
    const shown = dialog.current;
    const opener = openerOf(document.activeElement);
    shown?.showModal();
    return () => {
      // Before it leaves the page: of a dialog that has left nothing is given back.
      shown?.close();
      requestAnimationFrame(() => giveBack(opener));
    };
  }, [dialog]);
}

/** An item of a menu goes with its menu: that is opened by a button, which stays. */
function openerOf(element: Element | null): Element | null {
  const name = element?.closest('[role=menu]')?.getAttribute('aria-labelledby') ?? null;
  return name === null ? element : document.getElementById(name);
}

/** Where the opener is gone with what was done, or can do nothing any more, to the page: keys go on there. */
function giveBack(opener: Element | null): void {
  const isNowhere = () => document.activeElement === document.body || document.activeElement === null;
  if (!isNowhere() || opener === document.body) return;
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  if (!isNowhere()) return;
  const main = document.querySelector('main');
  if (main === null) return;
  main.tabIndex = -1;
  main.focus({ preventScroll: true });
}
