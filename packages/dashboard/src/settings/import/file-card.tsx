/** One file of an import: what it was taken for and why, what it holds, what was left out. */

import type { ImportedFile } from '../../api/settings-answers.ts';
import { countText } from '../../ui/count-text.ts';
import settings from '../settings.module.css';
import { spanText } from '../zone-of-settings.ts';
import styles from './import.module.css';
import { inWordsOfForm } from './import-options.ts';
import { entriesText, linesText } from './import-words.ts';

const STATIONS_SHOWN = 12;

export function FileCard({ file, ended }: { readonly file: ImportedFile; readonly ended: boolean }) {
  const { format, failure, chargers, skipped_reasons: reasons, first_entries: first } = file;
  const stations = chargers.slice(0, STATIONS_SHOWN).join(', ');
  return (
    <section className={`${settings.card} ${styles.report}`} aria-label={file.file}>
      <header>
        <h2>{file.file}</h2>
        <span className={`${settings.tag} ${format === null ? settings.bad : settings.good}`}>
          {format ?? 'not recognised'}
        </span>
        {file.partial && <span className={settings.tag}>only its beginning was read</span>}
      </header>
      {failure !== null && <p className={settings.alert}>{inWordsOfForm(failure)}</p>}
      <dl className={styles.facts}>
        <dt>Why</dt>
        <dd>
          {file.evidence}
          {file.guess !== null && ` Closest: ${file.guess}.`}
        </dd>
        <dt>{ended ? 'Made' : 'Would make'}</dt>
        <dd>{entriesText(file.entries)}</dd>
        {ended && (
          <>
            <dt>Frames</dt>
            <dd>
              {file.accepted.toLocaleString('en')} new, {file.duplicates.toLocaleString('en')} stored before
              {file.left_out_by_level > 0 &&
                `, ${file.left_out_by_level.toLocaleString('en')} left out by the level of the site`}
            </dd>
          </>
        )}
        {file.from !== null && (
          <>
            <dt>Time</dt>
            <dd>{spanText(file.from, file.to ?? file.from)}</dd>
          </>
        )}
        {chargers.length > 0 && (
          <>
            <dt>Stations</dt>
            <dd>
              {chargers.length > STATIONS_SHOWN
                ? `${stations} and ${chargers.length - STATIONS_SHOWN} more`
                : stations}
            </dd>
          </>
        )}
        {file.skipped_lines > 0 && (
          <>
            <dt>Left out</dt>
            <dd>
              {countText(file.skipped_lines, 'line')}
              <ul className={styles.reasons}>
                {reasons.map(({ reason, count, lines }) => (
                  <li key={reason}>
                    {count.toLocaleString('en')} × {reason} ({linesText(lines, count)})
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
        {file.notes.length > 0 && (
          <>
            <dt>Notes</dt>
            <dd>{file.notes.join(' ')}</dd>
          </>
        )}
      </dl>
      {!ended && first.length > 0 && <FirstEntries entries={first} />}
    </section>
  );
}

function FirstEntries({ entries }: { readonly entries: ImportedFile['first_entries'] }) {
  return (
    <div className={styles.entries}>
      <h3>Begins with</h3>
      <div className={settings.wrap}>
        <table className={`${settings.table} ${settings.plain}`}>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Station</th>
              <th scope="col">Way</th>
              <th scope="col">Action</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two may be the same in all that is told, and none moves.
              <tr key={at}>
                <td>{entry.time}</td>
                <td>{entry.charger}</td>
                <td>{entry.direction === 'station_to_csms' ? '→ CSMS' : '→ station'}</td>
                <td>{entry.action ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
