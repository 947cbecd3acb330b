/** The engine as a process of its own, for the benchmark: tells its parent where it listens, and ends with it. */

import { HttpEngine } from './http-engine.ts';

const http = new HttpEngine();

/** What it stored goes with it. */
async function end(): Promise<void> {
  await http.close();
  process.exit(0);
}

process.once('disconnect', () => void end());
process.once('SIGTERM', () => void end());
process.send?.({ url: await http.listen() });
