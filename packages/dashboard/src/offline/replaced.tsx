/** What was replaced before the entries were put into the bundle, and what was not. */

import pages from '../station/station-page.module.css';
import styles from './offline.module.css';

export function Replaced({ pseudonymised }: { readonly pseudonymised: boolean }) {
  if (!pseudonymised) {
    return (
      <section className={`${pages.card} ${styles.clear}`} aria-labelledby="replaced">
        <h2 id="replaced">Nothing was replaced</h2>
        <p>Ids of stations, cards and vehicles, and everything else stand here as they were recorded.</p>
      </section>
    );
  }
  return (
    <section className={pages.card} aria-labelledby="replaced">
      <h2 id="replaced">What was replaced</h2>
      <p className={pages.note}>
        What names a person, a card, a vehicle or a device stands here as p and 15 hexadecimal digits; the
        same value is the same everywhere.
      </p>
      <ul className={styles.kinds}>
        <li>id tags and tokens, serial numbers, and ids of stations that are one of these</li>
        <li>SIM and modem numbers, network addresses of stations, MAC addresses</li>
        <li>vehicle and contract ids, persons and their references</li>
        <li>certificates and signed meter data as a whole</li>
      </ul>
      <p className={pages.note}>
        These values were replaced in free texts, too. Not replaced: names of sites, vendors and models, and
        what people wrote into free texts that is named nowhere else.
      </p>
    </section>
  );
}
