/** The shape of a verdict, with its word beside it. */

import styles from './severity-mark.module.css';
import type { Badge, Shape } from './verdict-words.ts';

const GROUNDS: Readonly<Record<Shape, string>> = {
  cross: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z',
  triangle: 'M8 1.200 15.500 14.500H.500z',
  check: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z',
  bolt: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z',
  dot: 'M4 1h8a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V4a3 3 0 0 1 3-3Z',
};
const SIGNS: Readonly<Record<Shape, string>> = {
  cross: 'm5.300 5.300 5.400 5.400M10.700 5.300 5.300 10.700',
  triangle: 'M8 6v3.800M8 12.200v.01',
  check: 'm4.800 8.300 2.300 2.300 4.200-4.800',
  bolt: 'M8.700 4 6 8.400h4L7.300 12',
  dot: 'M8 7.500v3.700M8 4.800v.01',
};

export interface SeverityMarkProps {
  readonly badge: Badge;
  /** px of the shape. */
  readonly size?: number;
}

export function SeverityMark({ badge: { shape, label }, size = 15 }: SeverityMarkProps) {
  return (
    <span className={`${styles.mark} ${styles[shape]}`}>
      <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d={GROUNDS[shape]} className={styles.ground} />
        <path d={SIGNS[shape]} className={styles.sign} />
      </svg>
      <span>{label}</span>
    </span>
  );
}
