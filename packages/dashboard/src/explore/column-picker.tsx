/** Which columns are shown; order and width are in the table's own head. */

import * as Popover from '@radix-ui/react-popover';
import { useState } from 'react';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import styles from './column-picker.module.css';
import { COLUMNS } from './columns.ts';
import bar from './result-bar.module.css';
import type { Columns } from './use-columns.ts';

const GROUPS = ['Message', 'Request', 'Measured', 'Exchange'] as const;

export function ColumnPicker({ columns }: { readonly columns: Columns }) {
  const [wanted, setWanted] = useState('');
  const found = [...COLUMNS.values()].filter(({ id, label }) =>
    `${id} ${label}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  return (
    <Popover.Root onOpenChange={() => setWanted('')}>
      <Popover.Trigger className={`${controls.plain} ${controls.small}`}>
        <Icon name="columns" size={14} /> <span className={bar.word}>Columns</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={`${controls.popover} ${styles.panel}`}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Columns"
        >
          <div className={styles.top}>
            <input
              className={controls.field}
              placeholder="Find a field"
              aria-label="Find a field"
              value={wanted}
              onChange={({ currentTarget }) => setWanted(currentTarget.value)}
            />
            <button type="button" className={controls.button} onClick={columns.reset}>
              Reset
            </button>
          </div>
          {GROUPS.map((group) => {
            const own = found.filter((column) => column.group === group);
            return own.length === 0 ? null : (
              <fieldset key={group} className={styles.group}>
                <legend>{group}</legend>
                {own.map(({ id, label }) => (
                  <label key={id}>
                    <input
                      type="checkbox"
                      checked={columns.ids.includes(id)}
                      onChange={() => columns.toggle(id)}
                    />
                    {label}
                  </label>
                ))}
              </fieldset>
            );
          })}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
