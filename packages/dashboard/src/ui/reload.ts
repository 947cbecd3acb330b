/** Loads the page anew where that may help: after an upgrade its parts have other names. */

const KEY = 'ocpp-logs.reloaded';
/** A reload that did not help within this time is not tried again by itself, ms. */
const ONCE_MS = 60_000;

/** Whether the server gives this very page now. */
async function isThere(): Promise<boolean> {
  try {
    return (await fetch(window.location.href, { method: 'HEAD', cache: 'no-store' })).status < 500;
  } catch {
    // Of a fetch of one's own page this says only that nobody answers.
    return false;
  }
}

/** Whether the page is about to go. Never to where nobody answers: the browser's own page would be all that is left. */
export async function reloadOnce(): Promise<boolean> {
  const last = Number(sessionStorage.getItem(KEY) ?? 0);
  if (Date.now() - last < ONCE_MS || !(await isThere())) return false;
  sessionStorage.setItem(KEY, String(Date.now()));
  window.location.reload();
  return true;
}

/** Because a person wants it; whether the page is about to go. */
export async function reloadNow(): Promise<boolean> {
  if (!(await isThere())) return false;
  window.location.reload();
  return true;
}
