/** Turns from page to page of a table. */

import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import styles from './offline.module.css';

export interface PagerProps {
  /** Of the first row that is seen, counted from 0. */
  readonly first: number;
  readonly shown: number;
  readonly of: number;
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (page: number) => void;
}

export function Pager({ first, shown, of, page, pages, onTurn }: PagerProps) {
  const count = (number: number) => number.toLocaleString('en');
  const last = pages - 1;
  const ways = [
    { to: 0, words: 'First', before: 'up', after: null, off: page === 0 },
    { to: page - 1, words: 'Earlier', before: 'left', after: null, off: page === 0 },
    { to: page + 1, words: 'Later', before: null, after: 'right', off: page === last },
    { to: last, words: 'Last', before: null, after: 'down', off: page === last },
  ] as const;
  return (
    <nav className={styles.pager} aria-label="Pages of the table">
      <output className={styles.count}>
        {count(first + 1)} to {count(first + shown)} of {count(of)}
      </output>
      {ways.map(({ to, words, before, after, off }) => (
        <button
          key={words}
          type="button"
          className={`${controls.button} ${controls.small}`}
          disabled={off}
          onClick={() => onTurn(to)}
        >
          {before !== null && <Icon name={before} size={14} />}
          {words}
          {after !== null && <Icon name={after} size={14} />}
        </button>
      ))}
    </nav>
  );
}
