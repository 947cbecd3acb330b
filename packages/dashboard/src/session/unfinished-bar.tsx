/** Reminds of what was put off: without a password there is no second way in. */

import controls from '../ui/control.module.css';
import styles from '../ui/shell.module.css';
import { useLater } from './later.ts';
import { useSession } from './use-session.ts';

export function UnfinishedBar() {
  const { session } = useSession();
  const { choose } = useLater(session?.user.id ?? null);
  if (session?.unfinished !== true) return null;
  return (
    <section className={styles.notice} aria-label="Reminder">
      You have no password yet: once this session ends, only another link lets you in.
      <button type="button" className={`${controls.button} ${controls.small}`} onClick={() => choose(false)}>
        Choose a name and password
      </button>
    </section>
  );
}
