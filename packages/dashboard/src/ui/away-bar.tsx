/** Says that the server does not answer, for as long as that is so. */

import { useSyncExternalStore } from 'react';
import { useClient } from '../api/context.ts';
import styles from './shell.module.css';

export function AwayBar() {
  const { reach } = useClient();
  const away = useSyncExternalStore(reach.subscribe, () => reach.away);
  return (
    <div role="status" className={away ? styles.notice : undefined}>
      {away && 'The server does not answer. It is asked again until it does; what is shown is from before.'}
    </div>
  );
}
