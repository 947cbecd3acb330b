/** Which time is looked at, and by which clock it is told. */

import * as Popover from '@radix-ui/react-popover';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { isRelative, type Range, readInstantText, spanWords } from '../time/instant-text.ts';
import { rangeText } from '../time/range-text.ts';
import { timeFault, typedInstant } from '../time/typed-instant.ts';
import { clockName, offsetText, timeText } from '../time/zone.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { ZONES, type ZoneChoice } from './explore-state.ts';
import styles from './time-picker.module.css';

const QUICK = [
  '-5m',
  '-15m',
  '-1h',
  '-3h',
  '-6h',
  '-12h',
  '-24h',
  '-2d',
  '-7d',
  '-30d',
  '-90d',
  '-365d',
] as const;

const ZONE_WORDS: Readonly<Record<ZoneChoice, string>> = { browser: 'Browser', site: 'Site', utc: 'UTC' };

export interface TimePickerProps {
  readonly from: string;
  readonly to: string;
  readonly live: boolean;
  readonly range: Range | null;
  readonly zone: ZoneOf;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly onTime: (from: string, to: string) => void;
  readonly onZone: (zone: ZoneChoice) => void;
}

export function TimePicker(props: TimePickerProps) {
  const { from, to, range, zone, open, onOpen, onTime } = props;
  return (
    <Popover.Root open={open} onOpenChange={onOpen}>
      <Popover.Trigger className={`${controls.button} ${styles.trigger}`}>
        <Icon name="clock" />
        <span className={styles.range}>{rangeText(from, to, range, zone.common)}</span>
        <span className={styles.zone}>{offsetText(range?.to ?? 0, zone.common)}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={`${controls.popover} ${styles.panel}`}
          align="end"
          sideOffset={5}
          collisionPadding={8}
          aria-label="Time"
        >
          <div className={styles.quick}>
            {QUICK.map((span) => (
              <button
                key={span}
                type="button"
                aria-pressed={from === span && to === 'now'}
                onClick={() => onTime(span, 'now')}
              >
                {spanWords(span)}
              </button>
            ))}
          </div>
          <div className={styles.side}>
            <Absolute {...props} />
            <fieldset className={styles.zones}>
              <legend>Clock</legend>
              {ZONES.map((choice) => (
                <label key={choice}>
                  <input
                    type="radio"
                    name="zone"
                    checked={zone.choice === choice}
                    onChange={() => props.onZone(choice)}
                  />
                  {ZONE_WORDS[choice]}
                </label>
              ))}
              <p>{clockName(range?.to ?? 0, zone.common)}</p>
            </fieldset>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Absolute({ from, to, range, zone, onTime }: TimePickerProps) {
  const shown = (text: string, ms: number | undefined) =>
    isRelative(text) || ms === undefined ? text : timeText(ms, zone.common);
  const [start, setStart] = useState(() => shown(from, range?.from));
  const [end, setEnd] = useState(() => shown(to, range?.to));
  const [fault, setFault] = useState('');
  const startId = useId();
  const endId = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another clock shows the same times in other words.
  useEffect(() => {
    setStart(shown(from, range?.from));
    setEnd(shown(to, range?.to));
  }, [from, to, zone.common]);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    const now = Date.now();
    const first = typedInstant(start, zone.common, now);
    const last = typedInstant(end, zone.common, now);
    if (first === null || last === null) {
      const wrong = first === null ? start : end;
      setFault(timeFault(wrong));
      return;
    }
    if ((readInstantText(first, now) ?? 0) >= (readInstantText(last, now) ?? 0)) {
      setFault('The start must lie before the end.');
      return;
    }
    setFault('');
    onTime(first, last);
  };
  return (
    <form className={styles.absolute} onSubmit={apply}>
      <label htmlFor={startId}>From</label>
      <input
        id={startId}
        className={controls.field}
        value={start}
        onChange={({ currentTarget }) => setStart(currentTarget.value)}
        spellCheck={false}
      />
      <label htmlFor={endId}>To</label>
      <input
        id={endId}
        className={controls.field}
        value={end}
        onChange={({ currentTarget }) => setEnd(currentTarget.value)}
        spellCheck={false}
      />
      {fault === '' ? (
        <p className={styles.hint}>-3h, now, 2026-01-05 14:00 or 05.01.2026 14:00</p>
      ) : (
        <p role="alert" className={styles.fault}>
          {fault}
        </p>
      )}
      <button type="submit" className={`${controls.button} ${controls.primary}`}>
        Apply
      </button>
    </form>
  );
}
