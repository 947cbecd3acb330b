/** Ctrl-C, or a signal to stop, for commands that end cleanly: the second one ends the program at once. */

const STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** Exit status of a program that this signal ended. */
  readonly status: number;
  /** Signals do what they always do again. */
  release(): void;
}

export function onInterruption(): Interruption {
  const controller = new AbortController();
  let status: number = STATUS.SIGINT;
  const stop = (signal: NodeJS.Signals) => {
    if (signal === 'SIGTERM') status = STATUS.SIGTERM;
    release();
    controller.abort();
  };
  const release = () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    get status() {
      return status;
    },
    release,
  };
}
