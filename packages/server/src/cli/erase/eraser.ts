/** Who erases: the server that runs on the folder, or this process on a folder at rest. */

import { setTimeout as wait } from 'node:timers/promises';
import { erasureBody } from '../../api/erasures.ts';
import { sharedSecretKey } from '../../auth/shared-secret-key.ts';
import { RecorderClient } from '../../capture/recorder/recorder-client.ts';
import { rulesOf } from '../../capture/recorder/recording-rules.ts';
import { controlPlace } from '../../config/control-place.ts';
import type { Settings } from '../../config.ts';
import { Erasures } from '../../erasure/erasures.ts';
import { exportsAtRest, setAsideFiles } from '../../erasure/kept-exports.ts';
import { sharedErasures } from '../../erasure/shared-erasures.ts';
import type { ErasureView } from '../../erasure/view.ts';
import { pseudonymKey } from '../../export/pseudonymise.ts';
import { DataFolder } from '../../folder.ts';
import { logStore } from '../../serve/log-store.ts';
import { COMMAND_LINE } from '../../store/audit.ts';
import { openControl } from '../../store/control/client.ts';
import { CommandError } from '../command.ts';
import type { ServerClient } from '../station-command/server-client.ts';
import { refusal } from '../station-command/station-answer.ts';

export type Erased = ReturnType<typeof erasureBody>;

export interface Asked {
  readonly site: string;
  readonly tag: string;
  readonly dry: boolean;
}

export interface Eraser {
  /** To its end. */
  erase(asked: Asked, onProgress: (so: Erased) => void): Promise<Erased>;
  close(): Promise<void>;
}

const POLL_MS = 250;
/** ClickHouse may be away, or not merge: so often it is looked whether it does. */
const STUCK_POLLS = 120;
/** It merges: as often it is looked whether it is done. */
const SHIPPING_POLLS = 2400;

export function serverEraser(server: ServerClient, signal: AbortSignal): Eraser {
  return {
    async erase({ site, tag, dry }, onProgress) {
      const body = JSON.stringify({ site, id_tag: tag, dry_run: dry });
      const begun = await server.ask('POST', '/erasures', body);
      if (begun.status !== 202) throw refusal(begun.status, begun.text);
      let [shipping, stuck] = [0, 0];
      for (let text = begun.text; ; ) {
        // Safe: the server's own schema says so.
        const so = JSON.parse(text) as Erased;
        if (so.state === 'shipping') shipping += 1;
        if (so.state === 'shipping' && isStuck(so)) stuck += 1;
        if (so.state !== 'running' && so.state !== 'shipping') return so;
        if (stuck > STUCK_POLLS || shipping > SHIPPING_POLLS) return so;
        onProgress(so);
        await wait(POLL_MS, undefined, { signal });
        const answer = await server.ask('GET', `/erasures/${so.id}`);
        if (answer.status !== 200) throw refusal(answer.status, answer.text);
        text = answer.text;
      }
    },
    close: async () => {},
  };
}

function isStuck({ report }: Erased): boolean {
  const engine = report?.clickhouse ?? null;
  return engine === null || engine.state === 'shipping' || engine.problem !== null;
}

/** Holds the folder until it is closed. */
export async function folderEraser(settings: Settings, report: (line: string) => void): Promise<Eraser> {
  const folder = DataFolder.hold(settings.data, 'erase');
  const closers: (() => unknown)[] = [() => folder.release()];
  const close = async () => {
    for (const each of closers.splice(0).reverse()) await each();
  };
  try {
    const control = await openControl(controlPlace(settings), { onReport: report });
    closers.push(() => control.close());
    const key = pseudonymKey(await sharedSecretKey(control, folder.path, settings.secret_key));
    const { recorder: spool, clickhouse } = logStore(folder.path, settings, report);
    const recorder = new RecorderClient({
      folder: folder.path,
      ...spool,
      // Nothing is dropped by the way.
      spoolKeepDays: Number.POSITIVE_INFINITY,
      timeoutMs: settings.timeout_s * 1000,
      redact: settings.redact,
      pseudonymKey: key,
      rules: rulesOf(control.snapshot()),
      importOnly: true,
      onReport: report,
    });
    closers.push(() => recorder.close());
    await recorder.ready();
    const erasures = new Erasures({
      control,
      shared: sharedErasures(control, folder.path, clickhouse !== null),
      recorder,
      exports: exportsAtRest(folder.path, report),
      pseudonymKey: key,
      setAside: () => setAsideFiles(folder.path),
      // The next server ships it, and sees its end.
      gone: clickhouse === null ? null : async () => false,
      now: Date.now,
      report,
    });
    closers.push(() => erasures.close());
    await erasures.start();
    return {
      async erase({ site, tag, dry }, onProgress) {
        if (!control.snapshot().sites.has(site)) throw new CommandError(`there is no site ${site}`);
        const { id } = await erasures.create({ site, tag, dry, by: COMMAND_LINE.name });
        let ended = false;
        const end = erasures.ended(id).finally(() => {
          ended = true;
        });
        for (;;) {
          await Promise.race([end, wait(POLL_MS)]);
          const so = erasureBody(viewOf(await erasures.get(id)));
          // Other nodes may need longer than this one.
          if (ended && so.state !== 'running') return so;
          onProgress(so);
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function viewOf(view: ErasureView | null): ErasureView {
  if (view === null) throw new CommandError('the erasure is gone');
  return view;
}
