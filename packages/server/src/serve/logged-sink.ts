/** What happens to connections, told to whoever watches the log; what they say is not. */

import type { CapturedFrame, CaptureSink, OpenedConnection, RefusedConnection } from '../capture/sink.ts';
import { SparingLog } from '../capture/sparing-log.ts';

export interface ConnectionLog {
  debug(facts: object, text: string): void;
  warn(facts: object, text: string): void;
}

export class LoggedSink implements CaptureSink {
  readonly #sink: CaptureSink;
  readonly #refused: Pick<CaptureSink, 'refused'>;
  readonly #log: ConnectionLog;
  /** A fleet that is refused tries again and again. */
  readonly #refusals: SparingLog;

  /** @param refused takes what is refused in place of the sink */
  constructor(sink: CaptureSink, log: ConnectionLog, refused: Pick<CaptureSink, 'refused'> = sink) {
    this.#sink = sink;
    this.#refused = refused;
    this.#log = log;
    this.#refusals = new SparingLog(log, () => performance.now());
  }

  opened(connection: OpenedConnection): number {
    const { site, charger, mode, subprotocol } = connection;
    this.#log.debug({ site, charger, mode, subprotocol }, 'station connected');
    return this.#sink.opened(connection);
  }

  frame(connection: number, frame: CapturedFrame): void {
    this.#sink.frame(connection, frame);
  }

  closed(connection: number, closing: Parameters<CaptureSink['closed']>[1]): void {
    const { close_code, ended_by, how } = closing;
    this.#log.debug({ connection, close_code, ended_by, how }, 'station disconnected');
    this.#sink.closed(connection, closing);
  }

  refused(refused: RefusedConnection): void {
    const { site, charger, status, reason } = refused;
    this.#refusals.warn({ site, charger, status }, `station refused: ${reason}`);
    this.#refused.refused(refused);
  }

  blind(connection: number, reason: string): void {
    this.#refusals.warn({ connection }, `a connection goes unrecorded: ${reason}`);
    this.#sink.blind(connection, reason);
  }
}
