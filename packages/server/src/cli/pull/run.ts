/** One mirror of the command line, put together of its parts. */

import { counted } from '@ocpp-logs/core';
import type { Settings } from '../../config.ts';
import { type CheckpointFile, savedCheckpoint } from '../../pull/checkpoint-file.ts';
import { Client } from '../../pull/client.ts';
import { REAL_CLOCK } from '../../pull/patience.ts';
import { planOf } from '../../pull/plan.ts';
import { preview } from '../../pull/preview.ts';
import { pull } from '../../pull/pull.ts';
import { RemoteAway, RemoteRefusal, RemoteUnreadable } from '../../pull/remote.ts';
import { lengthOf } from '../../pull/span.ts';
import { type Call, CommandError } from '../command.ts';
import { LateSink } from '../import/late-sink.ts';
import { chunkBounds, openSink } from '../import/open-sink.ts';
import { countText } from '../quantity.ts';
import type { Mirror } from './mirror.ts';
import { Progress } from './progress.ts';
import type { MirrorReport } from './report.ts';

/** What the options say of all mirrors. */
export interface Wish {
  /** ms; null where it was not given. */
  readonly from: number | null;
  readonly settleMs: number;
  readonly overlapMs: number;
  /** Requests a second; null where it was not given. */
  readonly rate: number | null;
  readonly rateOtherwise: number;
  readonly tries: number;
}

export interface OpenMirror {
  readonly name: string;
  /** Whether no run of it was told yet. */
  first: boolean;
  /** `following`: another run comes soon. */
  pull(signal: AbortSignal, following: boolean): Promise<MirrorReport>;
  close(): void;
}

export function openMirror(
  call: Call,
  settings: Settings,
  mirror: Mirror,
  wish: Wish,
  checkpoints: CheckpointFile,
): OpenMirror {
  let progress = new Progress(call.terminal, mirror.pair.into);
  const client = clientOf(mirror, wish, (why, ms) => progress.wait(why, ms));
  const { from, settleMs, overlapMs } = wish;
  const report = (line: string) => {
    progress.clear();
    call.terminal.errors.write(`${line}\n`);
  };
  let begin = from;
  return {
    name: mirror.name,
    first: true,
    async pull(signal, following) {
      progress = new Progress(call.terminal, mirror.pair.into);
      // Opened for each run, so that between two of them the folder is free for a server.
      const origin = { command: 'pull', source: mirror.source };
      const sink = new LateSink(() => openSink(settings, mirror.pair.into, report, origin));
      try {
        const told = await pull({
          pair: mirror.pair,
          remote: client,
          sink,
          bounds: chunkBounds(settings),
          checkpoints,
          clock: REAL_CLOCK,
          signal,
          from: begin,
          settleMs,
          overlapMs,
          following,
          onProgress: (so) => progress.show(so),
        });
        // What was asked to be read again is, once.
        begin = null;
        return { ...told, mirror, exact: client.exact };
      } finally {
        progress.clear();
        await sink.close();
      }
    },
    close() {
      client.close();
      checkpoints.release();
    },
  };
}

/** What a run would read, as a line. */
export async function previewMirror(
  call: Call,
  settings: Settings,
  mirror: Mirror,
  wish: Wish,
  signal: AbortSignal,
): Promise<string> {
  const { pair } = mirror;
  const saved = savedCheckpoint(settings.data, pair);
  const plan = planOf(saved, { ...wish, pair }, REAL_CLOCK.now());
  const client = clientOf(mirror, wish, () => undefined);
  try {
    const { entries, gapEntries } = await preview(client, plan, signal);
    const { from, to } = plan.span;
    const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const gaps = plan.checkpoint.gaps.length;
    if (call.flags.json === true)
      return `${JSON.stringify({ name: mirror.name, ...pair, dry_run: true, ...span, entries, gaps, gap_entries: gapEntries })}\n`;
    const more = gaps === 0 ? '' : `, and ${countText(gapEntries)} in ${counted(gaps, 'gap')}`;
    const there = `${pair.site} of ${pair.url}`;
    return lengthOf(plan.span) === 0
      ? `${there}: nothing to read yet${more}\n`
      : `${there}: ${counted(entries, 'entry', 'entries')} from ${span.from} to ${span.to}${more} (--dry-run)\n`;
  } catch (error) {
    if (error instanceof RemoteRefusal || error instanceof RemoteAway || error instanceof RemoteUnreadable)
      throw new CommandError(`${mirror.name}: ${error.message}`);
    throw error;
  } finally {
    client.close();
  }
}

function clientOf(mirror: Mirror, wish: Wish, onWait: (why: string, ms: number) => void): Client {
  return new Client({
    url: mirror.url,
    site: mirror.pair.site,
    credentials: mirror.credentials,
    clock: REAL_CLOCK,
    rate: wish.rate ?? mirror.rate ?? wish.rateOtherwise,
    tries: wish.tries,
    onWait,
  });
}
