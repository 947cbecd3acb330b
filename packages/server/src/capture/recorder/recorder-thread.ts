/** One life of the recorder's thread; when it ends by itself a new one begins another. */

import { Worker } from 'node:worker_threads';
import { CallClient } from '../../store/rpc.ts';
import type { Delays } from './frame-delays.ts';
import type {
  Committed,
  ErasureNews,
  RecorderMethods,
  RecorderOptions,
  ThreadClock,
} from './recorder-worker.ts';
import { ThreadWatch } from './thread-watch.ts';

/**
 * Room for what lives as long as a commit takes. With V8's 48 MB a tenth more CPU went into collecting it again and
 * again: 45 against 41 us a call (medians of three single measurements, 60,000 calls in batches of 200).
 */
const YOUNG_MB = 144;
/** With a smaller bound V8 lets less garbage gather; what 20,000 conversations take fits in. */
export const SMALL_HEAP = { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 512 } as const;

/** Asked so often, it is silent after five questions' time. */
const WATCH_MS = 1000;

export interface ThreadListener {
  readonly onCommitted: (committed: Committed) => void;
  readonly onErasing: (news: ErasureNews) => void;
  /** Of frames, since the last time. */
  readonly onDelays: (delays: Delays) => void;
  /** A line for the log. */
  readonly onReport: (line: string) => void;
  /** It ended without being told to; every call that waited has failed. Once. */
  readonly onEnd: (error: Error) => void;
  /** It does not answer, and may again. */
  readonly onSilent: () => unknown;
}

export class RecorderThread {
  readonly calls: CallClient<RecorderMethods>;
  readonly #worker: Worker;
  readonly #watch: ThreadWatch | null;
  #ended = false;

  constructor(options: RecorderOptions, listener: ThreadListener) {
    const { onCommitted, onErasing, onDelays, onReport, onEnd, onSilent } = listener;
    const monotonicOrigin = Number(process.hrtime.bigint() / 1000n) - Math.round(performance.now() * 1000);
    const script = import.meta.url.endsWith('.ts') ? './recorder-worker.ts' : './recorder-worker.js';
    this.#worker = new Worker(new URL(script, import.meta.url), {
      workerData: { ...options, monotonicOrigin } satisfies RecorderOptions & ThreadClock,
      name: 'recorder',
      resourceLimits: options.importOnly === true ? SMALL_HEAP : { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.calls = new CallClient<RecorderMethods>(this.#worker);
    // Safe: recorder-worker.ts sends nothing else under these names.
    this.calls.on('committed', (value) => onCommitted(value as Committed));
    this.calls.on('erasing', (news) => onErasing(news as ErasureNews));
    this.calls.on('delays', (value) => onDelays(value as Delays));
    this.calls.on('report', (line) => onReport(String(line)));
    const ask = () => this.calls.call('alive', []);
    this.#watch =
      options.importOnly === true
        ? null
        : new ThreadWatch({
            ask,
            everyMs: options.watchMs ?? WATCH_MS,
            onSilent: (seconds) => {
              onSilent();
              onReport(`the recorder's thread has not answered for ${seconds} s: what comes is held`);
            },
            onHeard: (seconds) => onReport(`the recorder's thread answers again, after ${seconds} s`),
          });
    const end = (error: Error) => {
      if (this.#ended) return;
      this.#ended = true;
      this.#watch?.stop();
      this.calls.ended(error.message);
      onEnd(error);
    };
    this.#worker.on('error', end);
    this.#worker.on('exit', (code) => end(new Error(`the recorder's thread ended with ${code}`)));
  }

  /** For how long it has not answered, s; 0 where it answers. */
  get silence(): number {
    return this.#watch?.silence ?? 0;
  }

  get alive(): boolean {
    return !this.#ended;
  }

  /** Commits, puts everything on the disk and ends the thread; {@link ThreadListener.onEnd} is not called. */
  async close(): Promise<void> {
    this.#watch?.stop();
    try {
      if (this.alive) await this.calls.call('close', []);
    } finally {
      this.#ended = true;
      this.calls.ended('the recorder is closed');
      await this.#worker.terminate();
    }
  }

  /** Ends it as a fault would; for tests. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }
}
