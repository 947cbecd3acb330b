/** What was wrong with a form and belongs to none of its fields. */

import styles from './settings.module.css';

export function FormAlert({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <div role="alert" tabIndex={-1} className={styles.alert}>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}
