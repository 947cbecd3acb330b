/** Asks before something that cannot be taken back. */

import { type ReactNode, useState } from 'react';
import styles from './confirm-dialog.module.css';
import controls from './control.module.css';
import { Dialog } from './dialog.tsx';

export interface ConfirmDialogProps {
  readonly title: string;
  /** What the button says: the deed itself. */
  readonly deed: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
  /** The dialog closes when it is done, and stays with the reason when it fails. */
  readonly onConfirm: () => Promise<void>;
}

export function ConfirmDialog({ title, deed, children, onClose, onConfirm }: ConfirmDialogProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const confirm = async () => {
    setBusy(true);
    setFailure('');
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={styles.text}>{children}</div>
      {failure !== '' && (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      )}
      <div className={styles.buttons}>
        <button type="button" className={controls.button} onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className={`${controls.button} ${styles.deed}`}
          disabled={busy}
          onClick={() => void confirm()}
        >
          {deed}
        </button>
      </div>
    </Dialog>
  );
}
