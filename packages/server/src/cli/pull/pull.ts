import { SIGN_PATHS } from '../../config/schema.ts';
import type { Settings } from '../../config.ts';
import { FolderError, makeFolder } from '../../folder.ts';
import { CheckpointFile } from '../../pull/checkpoint-file.ts';
import { REAL_CLOCK } from '../../pull/patience.ts';
import { type Call, type Command, CommandError, textFlag, UsageError, wholeFlag } from '../command.ts';
import { onInterruption } from '../interruption.ts';
import { FOLDER_OPTIONS, settingsOf } from '../settings.ts';
import { readSpan, readTime } from '../time.ts';
import { type Mirror, mirrorsOf } from './mirror.ts';
import { type MirrorReport, reportJson, reportText } from './report.ts';
import { type OpenMirror, openMirror, previewMirror, type Wish } from './run.ts';
import { showStatus } from './status.ts';

const FOLLOW_S = 60;
const TRIES = 6;
const RATE = 4;

export const pullCommand: Command = {
  name: ['pull'],
  summary:
    'Mirror a site of another server that speaks the same API; later runs go on where the last one ended.',
  words: 'URL | NAME...',
  options: {
    site: { value: 'ID', describe: 'Site there.' },
    into: {
      value: 'ID',
      describe: 'Site here, made if there is none; the id of the site there unless given.',
    },
    from: {
      value: 'TIME',
      describe:
        'Where a new mirror begins, such as -90d or 2026-01-01; 30 days ago unless given. Of a mirror that there is, reads from there again.',
    },
    follow: {
      value: 'SECONDS',
      preset: String(FOLLOW_S),
      describe: `Go on until Ctrl-C, with a run every so many seconds; ${FOLLOW_S} unless given.`,
    },
    'api-key': { value: 'KEY', describe: 'Key of signed requests; OCPP_LOGS_PULL_API_KEY unless given.' },
    'secret-file': {
      value: 'FILE',
      describe: 'File that holds the secret of the key; OCPP_LOGS_PULL_SECRET unless given.',
    },
    'bearer-file': {
      value: 'FILE',
      describe: 'File that holds a bearer key, instead of signed requests; or OCPP_LOGS_PULL_BEARER.',
    },
    'sign-path': {
      value: 'HOW',
      describe: `${SIGN_PATHS.join(' or ')}: whether /rest/v1 is signed; as-sent unless given.`,
    },
    settle: {
      value: 'SPAN',
      describe:
        'Entries younger than this are left to the next run, as answers may be on the way; 2m unless given.',
    },
    overlap: {
      value: 'SPAN',
      describe:
        'How far before its end the last run is read again, for entries that came late; 15m unless given.',
    },
    rate: { value: 'N', describe: `Requests a second, at most; ${RATE} unless given.` },
    tries: { value: 'N', describe: `Requests for one page before it is given up; ${TRIES} unless given.` },
    'dry-run': { describe: 'Ask how much there is to read, and read nothing.' },
    status: { describe: 'Show how far each mirror has come, and end.' },
    json: { describe: 'Print reports as one line of JSON each.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs pull https://logs.example --site 42 --into depot', 'the last 30 days, later what is new'],
    ['ocpp-logs pull https://logs.example --site 42 --from -1d --dry-run', 'how much there is'],
    ['ocpp-logs pull --follow', 'all mirrors of the configuration file, every minute'],
    ['ocpp-logs pull --status', 'how far each mirror has come'],
  ],
  async run(call) {
    const settings = settingsOf(call);
    if (call.flags.status === true) return showStatus(call, settings.data);
    const mirrors = mirrorsOf(call, settings);
    const wish = wishOf(call);
    const everyMs = followMs(call);
    const interruption = onInterruption();
    try {
      if (call.flags['dry-run'] === true)
        return await showPreview(call, settings, mirrors, wish, interruption.signal);
      const follower = new Follower(call, settings, mirrors, wish, interruption.signal);
      try {
        const status = await follower.run(everyMs);
        return status ?? (everyMs === null ? interruption.status : 0);
      } finally {
        follower.close();
      }
    } finally {
      interruption.release();
    }
  },
};

function wishOf(call: Call): Wish {
  const from = textFlag(call, 'from');
  const now = REAL_CLOCK.now();
  const at = from === undefined ? null : readTime('from', from, now);
  if (at !== null && at >= now) throw new UsageError(`--from: "${from}" has not come yet`);
  return {
    from: at,
    settleMs: spanFlag(call, 'settle', '2m'),
    overlapMs: spanFlag(call, 'overlap', '15m'),
    rate: wholeFlag(call, 'rate', 1, 100) ?? null,
    rateOtherwise: RATE,
    tries: wholeFlag(call, 'tries', 1, 100) ?? TRIES,
  };
}

function spanFlag(call: Call, name: string, preset: string): number {
  const text = textFlag(call, name) ?? preset;
  const ms = readSpan(text);
  if (ms !== null) return ms;
  throw new UsageError(`--${name}: "${text}" is not allowed; allowed is a span such as ${preset}`);
}

/** null: one run. */
function followMs(call: Call): number | null {
  const seconds = wholeFlag(call, 'follow', 1, 86_400);
  return seconds === undefined ? null : seconds * 1000;
}

async function showPreview(
  call: Call,
  settings: Settings,
  mirrors: readonly Mirror[],
  wish: Wish,
  signal: AbortSignal,
): Promise<number> {
  for (const mirror of mirrors) {
    call.terminal.output.write(await previewMirror(call, settings, mirror, wish, signal));
  }
  return 0;
}

/** Runs of all mirrors, one after the other, once or again and again. */
class Follower {
  readonly #call: Call;
  readonly #signal: AbortSignal;
  readonly #mirrors: OpenMirror[] = [];

  constructor(call: Call, settings: Settings, mirrors: readonly Mirror[], wish: Wish, signal: AbortSignal) {
    this.#call = call;
    this.#signal = signal;
    makeFolder(settings.data);
    try {
      for (const mirror of mirrors) {
        const file = CheckpointFile.hold(settings.data, mirror.pair);
        this.#mirrors.push(openMirror(call, settings, mirror, wish, file));
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    for (const mirror of this.#mirrors) mirror.close();
  }

  /** Exit status; null where it was stopped. */
  async run(everyMs: number | null): Promise<number | null> {
    let running = this.#mirrors;
    for (;;) {
      let failed = false;
      const going: OpenMirror[] = [];
      for (const mirror of running) {
        const report = await this.#run(mirror, everyMs !== null);
        if (this.#signal.aborted) return null;
        failed ||= report === null || report.error !== null || report.checkpoint.gaps.length > 0;
        if (report?.refused !== true) going.push(mirror);
      }
      if (everyMs === null) return failed ? 1 : 0;
      if (going.length === 0) return 1;
      running = going;
      if (!(await this.#pause(everyMs))) return null;
    }
  }

  /** null: what is wrong was told, and may be right by the next time. */
  async #run(mirror: OpenMirror, following: boolean): Promise<MirrorReport | null> {
    const { errors } = this.#call.terminal;
    try {
      const report = await mirror.pull(this.#signal, following);
      this.#tell(report, mirror.first || !following);
      mirror.first = false;
      if (report.error !== null) errors.write(`${mirror.name}: ${report.error}\n`);
      return report;
    } catch (error) {
      const passing = error instanceof CommandError || error instanceof FolderError;
      if (!following || !passing) throw error;
      errors.write(`${mirror.name}: ${error.message}\n`);
      return null;
    }
  }

  /** Of many runs only those that brought something are told. */
  #tell(report: MirrorReport, always: boolean): void {
    const { output } = this.#call.terminal;
    const { accepted, skipped, windows } = report.counts;
    const json = this.#call.flags.json === true;
    // Of a refusal the error alone says it all.
    if (!json && report.refused && windows === 0) return;
    if (!always && accepted + skipped === 0) return;
    output.write(json ? `${reportJson(report)}\n` : reportText(report));
  }

  async #pause(ms: number): Promise<boolean> {
    try {
      await REAL_CLOCK.delay(ms, this.#signal);
      return true;
    } catch (error) {
      if (this.#signal.aborted) return false;
      throw error;
    }
  }
}
