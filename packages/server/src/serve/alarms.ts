/** The alarms of a server, with a thread of their own. */

import { AlarmService } from '../alarms/alarm-service.ts';
import { AlarmThread } from '../alarms/alarm-thread.ts';
import { tokensOf } from '../alarms/keeper.ts';
import { UpstreamRule } from '../auth/upstream-rule.ts';
import type { RecorderClient } from '../capture/recorder/recorder-client.ts';
import type { Settings } from '../config.ts';
import type { Control } from '../store/control.ts';
import type { OtherNodes } from '../store/other-nodes.ts';
import type { LogStore } from './log-store.ts';
import type { ThisNode } from './node-number.ts';

export interface AlarmParts {
  /** The data folder. */
  readonly folder: string;
  readonly settings: Settings;
  readonly control: Control;
  readonly recorder: Pick<RecorderClient, 'onCommit' | 'inspect'>;
  readonly store: Pick<LogStore, 'clickhouse'>;
  readonly others: OtherNodes | null;
  /** Up to when other nodes can read what stations said here, ms; null: not known. */
  readonly told: () => number | null;
  readonly node: ThisNode | null;
  readonly secretKey: Uint8Array;
  readonly report: (line: string) => void;
}

/** Where nobody shares control data. */
const ALONE = 'alone';

/** Is closed by `closers`, before what it needs. */
export async function startAlarms(parts: AlarmParts, closers: (() => unknown)[]): Promise<AlarmService> {
  const alarms = alarmsOf(parts);
  closers.push(() => alarms.close());
  await alarms.start();
  return alarms;
}

function alarmsOf(parts: AlarmParts): AlarmService {
  const { folder, settings, control, recorder, store, others, told, node, secretKey, report } = parts;
  return new AlarmService({
    control,
    tokens: tokensOf(settings.admin_token),
    onCommit: (listener) => recorder.onCommit(listener),
    others,
    told,
    node: node?.folder ?? ALONE,
    hosts: new UpstreamRule(settings.alarms.allow, 'alarms.allow'),
    secretKey,
    now: Date.now,
    report,
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
    thread: (onFirings) =>
      new AlarmThread({
        folder,
        clickhouse: store.clickhouse,
        allow: settings.alarms.allow,
        timeoutMs: settings.timeout_s * 1000,
        onFirings,
        report,
        onDamage: (file) => void recorder.inspect(file).catch((problem: unknown) => report(String(problem))),
      }),
  });
}
