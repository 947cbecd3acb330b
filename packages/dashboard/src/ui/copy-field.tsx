/** A text to be taken along, with a button that copies it. */

import controls from './control.module.css';
import styles from './copy-field.module.css';
import { Icon } from './icon.tsx';
import { copyText } from './tell.ts';

export interface CopyFieldProps {
  readonly label: string;
  readonly text: string;
  /** Several lines, as they are. */
  readonly block?: boolean;
}

export function CopyField({ label, text, block = false }: CopyFieldProps) {
  return (
    <div className={styles.copy}>
      <span className={styles.label}>{label}</span>
      <div className={styles.line}>
        <code className={block ? styles.block : styles.text}>{text}</code>
        <button
          type="button"
          className={`${controls.button} ${controls.small}`}
          onClick={() => void copyText(text, label)}
          aria-label={`Copy ${label}`}
        >
          <Icon name="copy" size={14} /> Copy
        </button>
      </div>
    </div>
  );
}
