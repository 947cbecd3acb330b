/** What is asked: search, time, live; and the ways to ask again and to hand it on. */

import type { RefObject } from 'react';
import type { Range } from '../time/instant-text.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import { preferZone } from '../time/zone-preference.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import type { ExploreState } from './explore-state.ts';
import { MoreMenu } from './more-menu.tsx';
import { SavedSearches } from './saved-searches.tsx';
import { SearchBar, type SearchFault } from './search-bar.tsx';
import { TimePicker } from './time-picker.tsx';
import styles from './toolbar.module.css';
import type { Change } from './use-explore.ts';
import type { LiveView } from './use-live.ts';

export interface ToolbarProps {
  readonly state: ExploreState;
  readonly range: Range | null;
  readonly zone: ZoneOf;
  readonly live: LiveView;
  readonly refused: SearchFault | null;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly timeOpen: boolean;
  readonly onTimeOpen: (open: boolean) => void;
  readonly onChange: Change;
  readonly onLive: () => void;
  readonly onAgain: () => void;
  readonly onShare: () => void;
  readonly onHelp: () => void;
  readonly onTrouble: () => void;
  /** A narrow screen: what is used less often is behind one button. */
  readonly compact: boolean;
}

const LIVE_WORDS = { off: 'Live', connecting: 'Connecting', open: 'Live', waiting: 'Reconnecting' } as const;

export function Toolbar(props: ToolbarProps) {
  const { state, range, zone, live, onChange } = props;
  return (
    <div className={styles.bar}>
      <SearchBar
        q={state.q}
        sites={state.sites}
        range={range}
        refused={props.refused}
        input={props.input}
        onSearch={(q) => (q === state.q ? props.onAgain() : onChange({ q }))}
      />
      <div className={styles.side}>
        <TimePicker
          from={state.from}
          to={state.to}
          live={state.live}
          range={range}
          zone={zone}
          open={props.timeOpen}
          onOpen={props.onTimeOpen}
          onTime={(from, to) => {
            props.onTimeOpen(false);
            onChange({ from, to, live: state.live && to === 'now' });
          }}
          onZone={(choice) => {
            preferZone(choice);
            onChange({ zone: choice });
          }}
        />
        <button
          type="button"
          className={`${controls.button} ${styles.live}`}
          aria-pressed={state.live}
          onClick={props.onLive}
          title="Follow what comes in (l)"
        >
          <span className={`${styles.dot} ${styles[live.state]}`} />
          {LIVE_WORDS[live.state]}
        </button>
        {!props.compact && (
          <button
            type="button"
            className={controls.icon}
            onClick={props.onAgain}
            aria-label="Ask again"
            title="Ask again (r)"
          >
            <Icon name="refresh" />
          </button>
        )}
        <SavedSearches state={state} onChange={onChange} />
        {props.compact ? (
          <MoreMenu {...props} />
        ) : (
          <>
            <button
              type="button"
              className={`${controls.plain} ${styles.named}`}
              onClick={props.onShare}
              aria-label="Copy a link to this view"
              title="Copy a link to this view; its times stand still"
            >
              <Icon name="link" /> <span className={styles.word}>Link</span>
            </button>
            <button
              type="button"
              className={`${controls.icon} ${styles.help}`}
              onClick={props.onHelp}
              aria-label="Keys and search"
              title="Keys and search (?)"
            >
              <Icon name="keyboard" />
            </button>
          </>
        )}
      </div>
    </div>
  );
}
