import { pino } from 'pino';
import { type Command, CommandError } from './command.ts';
import { LogLines } from './log-lines.ts';
import { SETTING_OPTIONS, settingsOf } from './settings.ts';

/** Commits, hangs up and exits within this, ms. */
const STOP_MS = 10_000;
/** Of them, for the last log lines, ms. */
const LAST_LINES_MS = 1000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export const serve: Command = {
  name: ['serve'],
  summary: 'Record and serve; this is also what ocpp-logs does without a command.',
  words: '',
  options: {
    ...SETTING_OPTIONS,
    config: {
      value: 'FILE',
      describe: 'Configuration file, YAML; flags and OCPP_LOGS_* variables win over it.',
    },
    demo: { describe: 'Add a small simulated fleet, so that there is something to look at.' },
  },
  examples: [
    ['ocpp-logs', 'serve on http://127.0.0.1:9016, data in ./data'],
    ['ocpp-logs --demo', 'the same with six simulated stations'],
    ['ocpp-logs serve --host 0.0.0.0 --hosts logs.example --config ocpp-logs.yaml', 'for others to reach'],
    ['OCPP_LOGS_PORT=9020 ocpp-logs', 'every setting is a variable too'],
  ],
  async run(call) {
    const settings = settingsOf(call);
    const { output, errors } = call.terminal;
    const log = pino({ base: null }, { write: (line) => void errors.write(line) });
    const stop = stopSignal();
    let failed: (reason: string) => void = () => undefined;
    const failure = new Promise<string>((resolve) => {
      failed = resolve;
    });
    const { startServer } = await import('../serve.ts');
    const lines = 'fd' in errors && typeof errors.fd === 'number' ? new LogLines(errors.fd) : null;
    const server = await startServer(settings, {
      print: (text) => output.write(text),
      log: (line) => (lines ?? errors).write(line),
      logCounters: () => lines?.counters() ?? {},
      onFailure: failed,
    });
    const reason = await Promise.race([stop, failure]);
    const limit = setTimeout(() => {
      log.fatal(`ocpp-logs did not stop within ${STOP_MS / 1000} s and was ended`);
      process.exit(1);
    }, STOP_MS);
    await server.close();
    await lines?.written(LAST_LINES_MS);
    clearTimeout(limit);
    if (reason !== null) throw new CommandError(reason);
    output.write('stopped; everything received is stored\n');
    return 0;
  },
};

/** Resolves at the first signal to stop; a second one finds the system's own behaviour again. */
function stopSignal(): Promise<null> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of SIGNALS) process.removeListener(signal, stop);
      resolve(null);
    };
    for (const signal of SIGNALS) process.once(signal, stop);
  });
}
