import { useEffect, useState } from 'react';
import { onTold } from './tell.ts';
import styles from './told.module.css';

const SHOWN_MS = 4_000;

export function Told() {
  const [text, setText] = useState('');
  useEffect(() => onTold(setText), []);
  useEffect(() => {
    if (text === '') return;
    const timer = setTimeout(() => setText(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <output className={styles.place} aria-live="polite">
      {text !== '' && <span className={styles.text}>{text}</span>}
    </output>
  );
}
