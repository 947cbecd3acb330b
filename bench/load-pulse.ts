/** Every few seconds of a run under load: what the server takes, kept to be judged, and a line for whoever waits. */

import type { Beat, LoadPhase } from '../test/load/load-verdicts.ts';
import { type LoadRig, metricsOf } from './load-rig.ts';
import { descriptorsOf, residentOf } from './load-watch.ts';

const EVERY_MS = 5_000;
const MIB = 2 ** 20;

export class Pulse {
  readonly #progress: (text: string) => void;
  readonly #beats: Beat[] = [];
  readonly #began = performance.now();
  readonly #timer: NodeJS.Timeout;
  #rig: LoadRig | null = null;
  #phase: LoadPhase = 'starting';
  #phaseBegan = performance.now();
  /** The server answers late where it is busy: the next look waits for the one before. */
  #looking: Promise<void> | null = null;
  #unanswered = 0;

  constructor(progress: (text: string) => void) {
    this.#progress = progress;
    this.#timer = setInterval(() => this.#beat(), EVERY_MS);
  }

  get beats(): readonly Beat[] {
    return this.#beats;
  }

  /** Questions for the metrics that failed. */
  get unanswered(): number {
    return this.#unanswered;
  }

  watch(rig: LoadRig): void {
    this.#rig = rig;
  }

  phase(phase: LoadPhase): void {
    this.#phase = phase;
    this.#phaseBegan = performance.now();
  }

  /** The server is about to end: from now on only the time is told. */
  async leave(): Promise<void> {
    this.#rig = null;
    await this.#looking;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#rig = null;
  }

  #beat(): void {
    const since = ((performance.now() - this.#phaseBegan) / 1000).toFixed(0);
    const last = this.#beats.at(-1);
    const seen =
      last === undefined || this.#rig === null
        ? ''
        : `: ${(last.resident / MIB).toFixed(0)} MiB, ${last.descriptors} descriptors, event loop p99 ${last.loopP99.toFixed(1)} ms`;
    this.#progress(`${this.#phase}, for ${since} s${seen}`);
    if (this.#rig === null || this.#looking !== null) return;
    this.#looking = this.#look(this.#rig).finally(() => {
      this.#looking = null;
    });
  }

  async #look(rig: LoadRig): Promise<void> {
    const at = (performance.now() - this.#began) / 1000;
    const phase = this.#phase;
    try {
      const metrics = await metricsOf(rig);
      const loopP99 = metrics.get('event_loop_delay_seconds{quantile="0.99"}') ?? Number.NaN;
      const { pid } = rig.server;
      this.#beats.push({
        at,
        phase,
        resident: residentOf(pid),
        descriptors: descriptorsOf(pid),
        loopP99: loopP99 * 1000,
      });
    } catch {
      this.#unanswered += 1;
    }
  }
}
