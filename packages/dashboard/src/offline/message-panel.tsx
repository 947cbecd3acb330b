/** One entry of the bundle, all of it. */

import type { BundleEntry } from '@ocpp-logs/core';
import { EntryTold } from '../explore/entry-told.tsx';
import { wordsOfEntry } from '../explore/outcomes.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { shownText } from '../ui/shown-text.ts';
import styles from './offline.module.css';
import type { OpenBundle } from './open-bundle.ts';

export interface MessagePanelProps {
  readonly bundle: OpenBundle;
  /** null: the bundle has none of that id. */
  readonly entry: BundleEntry | null;
  readonly zone: string;
  readonly q: string;
  readonly onSearch: (q: string) => void;
  readonly onClose: () => void;
  readonly onStep: (by: number) => void;
}

export function MessagePanel({ bundle, entry: each, zone, q, onSearch, onClose, onStep }: MessagePanelProps) {
  const entry = each === null ? null : bundle.log(each);
  const small = `${controls.icon} ${controls.small}`;
  return (
    <aside className={styles.panel} aria-label="Entry">
      <header className={styles.panelHead}>
        <button type="button" className={small} onClick={() => onStep(-1)} aria-label="Entry above">
          <Icon name="up" />
        </button>
        <button type="button" className={small} onClick={() => onStep(1)} aria-label="Entry below">
          <Icon name="down" />
        </button>
        <h2 className={styles.panelTitle}>
          {entry === null ? 'Entry' : shownText(entry.action ?? wordsOfEntry(entry).label)}
        </h2>
        <button type="button" className={small} onClick={onClose} aria-label="Close the entry">
          <Icon name="close" />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
      <section className={styles.panelBody} tabIndex={0} aria-label="All of the entry">
        {entry === null ? (
          <p role="alert">This bundle does not hold that entry.</p>
        ) : (
          <EntryTold entry={entry} zone={zone} q={q} onSearch={onSearch} actions={() => null} complete />
        )}
      </section>
    </aside>
  );
}
