/** A page that is loaded when somebody goes there. */

import { type ComponentType, lazy } from 'react';
import { reloadOnce } from './reload.ts';

/** Its file could not be had: nobody answers, or there is another version by now. */
export class PartMissing extends Error {
  override readonly name = 'PartMissing';
}

/** Suspends: something around it says so. */
export function part<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch (cause) {
      // The page goes on waiting until it goes.
      if (await reloadOnce()) await new Promise(() => {});
      throw new PartMissing('This part of the dashboard could not be loaded.', { cause });
    }
  });
}
