import { Link } from 'wouter';
import styles from './notice.module.css';
import { useTitle } from './use-title.ts';

export function NotHere() {
  useTitle('No such page');
  return (
    <main className={styles.page}>
      <h1>There is no such page</h1>
      <p>
        The address may be mistyped, or the page may have gone. Go to the <Link to="/explore">logs</Link>, to
        the <Link to="/stations">stations</Link>, where each can be found by a part of its name, to the{' '}
        <Link to="/charging-sessions">sessions</Link>, or to the <Link to="/settings">settings</Link>.
      </p>
    </main>
  );
}
