/** Takes files: chosen, or dropped. */

import { type DragEvent, useId, useState } from 'react';
import { bytesText } from '../../explore/download-wish.ts';
import controls from '../../ui/control.module.css';
import { Icon } from '../../ui/icon.tsx';
import styles from './import.module.css';

export interface DropZoneProps {
  readonly files: readonly File[];
  readonly disabled: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

export function DropZone({ files, disabled, onFiles }: DropZoneProps) {
  const id = useId();
  const [over, setOver] = useState(false);
  const add = (more: FileList | null) => {
    const known = new Set(files.map(({ name, size }) => `${size} ${name}`));
    onFiles([...files, ...[...(more ?? [])].filter(({ name, size }) => !known.has(`${size} ${name}`))]);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!disabled) add(event.dataTransfer.files);
  };
  return (
    <div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the field inside does the same. */}
      <div
        className={`${styles.zone} ${over ? styles.over : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <input
          id={id}
          className={styles.input}
          type="file"
          multiple
          disabled={disabled}
          onChange={(event) => {
            add(event.target.files);
            event.target.value = '';
          }}
        />
        <label htmlFor={id} className={controls.button}>
          <Icon name="plus" /> Choose files
        </label>
        <p>or drop them here. Logs of any known format, packed with gzip or zstd or not.</p>
      </div>
      {files.length > 0 && (
        <ul className={styles.files} aria-label="Chosen files">
          {files.map((file) => (
            <li key={`${file.size} ${file.name}`}>
              <span className={styles.file}>{file.name}</span>
              <span className={styles.size}>{bytesText(file.size)}</span>
              <button
                type="button"
                className={`${controls.icon} ${controls.small}`}
                disabled={disabled}
                aria-label={`Leave out ${file.name}`}
                onClick={() => onFiles(files.filter((each) => each !== file))}
              >
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
