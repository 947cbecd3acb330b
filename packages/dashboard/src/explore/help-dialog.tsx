/** All keys, and the search by examples. */

import controls from '../ui/control.module.css';
import { Dialog } from '../ui/dialog.tsx';
import styles from './help-dialog.module.css';

const KEYS = [
  ['/', 'Search'],
  ['t', 'Time'],
  ['l', 'Live, or no longer'],
  ['j', 'Entry below'],
  ['k', 'Entry above'],
  ['Space', 'Select the entry, or no longer'],
  ['Shift j k', 'Select from here on, below or above'],
  ['Enter', 'Open the entry'],
  ['Esc', 'Close what is open, then select nothing'],
  ['e', 'Next entry with an error or fault'],
  ['r', 'Ask again'],
  ['?', 'This help'],
] as const;

const EXAMPLES = [
  ['Faulted', 'the word in station, action, status, error code or payload'],
  ['action:StatusNotification status:Faulted', 'both must hold'],
  ['station:CP0* -action:Heartbeat', 'stations by their beginning, without heartbeats'],
  ['action:(StartTransaction OR StopTransaction)', 'one of several values'],
  ['latency:>5s', 'answers that took longer than five seconds'],
  ['power:[3kW TO 7kW]', 'a range, with its unit'],
  ['has:finding', 'entries that have any value there'],
  ['"free text" NOT status:Available', 'words as they stand, and what must not hold'],
] as const;

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys and search" onClose={onClose}>
      <dl className={styles.keys}>
        {KEYS.map(([key, words]) => (
          <div key={key}>
            <dt>
              <kbd className={controls.key}>{key}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <h3 className={styles.heading}>Search</h3>
      <dl className={styles.examples}>
        {EXAMPLES.map(([example, words]) => (
          <div key={example}>
            <dt>
              <code>{example}</code>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
