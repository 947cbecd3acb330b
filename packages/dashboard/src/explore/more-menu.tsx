/** What a narrow screen has no room for side by side. */

import * as Menu from '@radix-ui/react-dropdown-menu';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import type { ExploreState } from './explore-state.ts';
import type { Change } from './use-explore.ts';

export interface MoreMenuProps {
  readonly state: ExploreState;
  readonly onChange: Change;
  readonly onAgain: () => void;
  readonly onShare: () => void;
  readonly onTrouble: () => void;
  readonly onHelp: () => void;
}

export function MoreMenu({ state, onChange, onAgain, onShare, onTrouble, onHelp }: MoreMenuProps) {
  const newest = state.order === 'desc';
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className={controls.icon} aria-label="More">
        <Icon name="more" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className={controls.menu} align="end" sideOffset={4} collisionPadding={8}>
          <Menu.Item className={controls.item} onSelect={onTrouble}>
            <Icon name="alert" /> Next error
          </Menu.Item>
          <Menu.Item
            className={controls.item}
            onSelect={() => onChange({ order: newest ? 'asc' : 'desc', live: false })}
          >
            <Icon name={newest ? 'up' : 'down'} /> {newest ? 'Oldest first' : 'Newest first'}
          </Menu.Item>
          <Menu.CheckboxItem
            className={controls.item}
            checked={state.events}
            onCheckedChange={(events) => onChange({ events })}
          >
            <Icon name={state.events ? 'check' : 'plus'} /> Events: connections, gaps, orphans
          </Menu.CheckboxItem>
          <Menu.Separator className={controls.separator} />
          <Menu.Item className={controls.item} onSelect={onAgain}>
            <Icon name="refresh" /> Ask again
          </Menu.Item>
          <Menu.Item className={controls.item} onSelect={onShare}>
            <Icon name="link" /> Copy a link to this view
          </Menu.Item>
          <Menu.Item className={controls.item} onSelect={onHelp}>
            <Icon name="keyboard" /> Keys and search
          </Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
