/** Whether the page follows what happens, and whether it does so at this moment. */

import toolbar from '../explore/toolbar.module.css';
import controls from '../ui/control.module.css';
import type { LiveStation } from './use-station.ts';

export interface LiveSwitchProps {
  readonly on: boolean;
  readonly state: LiveStation['state'];
  readonly onSwitch: () => void;
}

const WORDS = { off: 'Live', connecting: 'Connecting', open: 'Live', waiting: 'Reconnecting' } as const;

export function LiveSwitch({ on, state, onSwitch }: LiveSwitchProps) {
  return (
    <button
      type="button"
      className={controls.button}
      aria-pressed={on}
      onClick={onSwitch}
      title="Follow what happens (l)"
    >
      <span className={`${toolbar.dot} ${toolbar[state]}`} />
      {WORDS[state]}
    </button>
  );
}
