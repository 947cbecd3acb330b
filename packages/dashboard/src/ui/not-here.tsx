import { Link } from 'wouter';
import styles from './notice.module.css';

export function NotHere() {
  return (
    <main className={styles.page}>
      <h1>There is no such page</h1>
      <p>
        The address may be mistyped, or the page may have gone. <Link to="/explore">Go to the logs</Link>
      </p>
    </main>
  );
}
