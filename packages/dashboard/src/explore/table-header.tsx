/** Names of columns; each can be moved and sized, by mouse, touch and keys. */

import * as Menu from '@radix-ui/react-dropdown-menu';
import controls from '../ui/control.module.css';
import styles from './log-table.module.css';
import type { Columns, SizedColumn } from './use-columns.ts';

const STEP = 16;
const FINE_STEP = 80;

export interface TableHeaderProps {
  readonly columns: Columns;
  readonly zoneName: string;
}

export function TableHeader({ columns, zoneName }: TableHeaderProps) {
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.headRow}>
        {columns.shown.map((column) => (
          <HeaderCell key={column.id} column={column} columns={columns} zoneName={zoneName} />
        ))}
      </div>
    </div>
  );
}

interface HeaderCellProps extends TableHeaderProps {
  readonly column: SizedColumn;
}

function HeaderCell({ column, columns, zoneName }: HeaderCellProps) {
  const label = column.id === 'direction' ? '' : column.label;
  return (
    <div
      role="columnheader"
      className={`${styles.headCell} ${column.align === 'end' ? styles.end : ''}`}
      style={{ width: column.size }}
    >
      <Menu.Root modal={false}>
        <Menu.Trigger className={styles.headName} aria-label={label === '' ? column.label : undefined}>
          {label}
          {column.id === 'time' && <span className={styles.zone}>{zoneName}</span>}
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Content className={controls.menu} align="start" sideOffset={2}>
            <Menu.Label className={controls.heading}>{column.label}</Menu.Label>
            <Menu.Item className={controls.item} onSelect={() => columns.move(column.id, -1)}>
              Move left
            </Menu.Item>
            <Menu.Item className={controls.item} onSelect={() => columns.move(column.id, 1)}>
              Move right
            </Menu.Item>
            <Menu.Item
              className={controls.item}
              onSelect={() => columns.resize(column.id, column.size + FINE_STEP)}
            >
              Wider
            </Menu.Item>
            <Menu.Item
              className={controls.item}
              onSelect={() => columns.resize(column.id, column.size - FINE_STEP)}
            >
              Narrower
            </Menu.Item>
            <Menu.Separator className={controls.separator} />
            <Menu.Item
              className={controls.item}
              disabled={columns.shown.length === 1}
              onSelect={() => columns.toggle(column.id)}
            >
              Remove
            </Menu.Item>
          </Menu.Content>
        </Menu.Portal>
      </Menu.Root>
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={`Width of ${column.label}`}
        aria-valuenow={Math.round(column.size)}
        tabIndex={0}
        className={`${styles.grip} ${column.resizing ? styles.gripping : ''}`}
        onMouseDown={column.startResize}
        onTouchStart={column.startResize}
        onDoubleClick={() => columns.resize(column.id, column.width)}
        onKeyDown={(event) => {
          const by = event.key === 'ArrowLeft' ? -STEP : event.key === 'ArrowRight' ? STEP : 0;
          if (by === 0) return;
          event.preventDefault();
          columns.resize(column.id, column.size + by);
        }}
      />
    </div>
  );
}
