/** A link that signs in once, to be sent to the person. */

import { useClient } from '../../api/context.ts';
import type { LinkBody } from '../../api/settings-answers.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import styles from '../settings.module.css';
import { momentText } from '../zone-of-settings.ts';

export function LinkCard({ name, link }: { readonly name: string; readonly link: LinkBody }) {
  const client = useClient();
  // The path has what a proxy cuts off before it already, and so has every page.
  const base = client.page('');
  const path = link.path.startsWith(base) ? link.path : base + link.path;
  return (
    <section aria-label="Link" className={`${styles.card} ${styles.form}`}>
      <p className={styles.note} role="status">
        Shown this once. It signs {name} in one time, until {momentText(link.expires, '')}: send it by a way
        that nobody else reads.
      </p>
      <CopyField label="Link" text={window.location.origin + path} />
    </section>
  );
}
