/**
 * What calls take of the recorder's memory while they wait: for their commit, as when the store is away, and then for
 * their answer. In one process, so that what is garbage can be told from what is held.
 *
 *   node --conditions=source --expose-gc bench/waiting.ts [calls] [bytes of a call] [connections]
 */

import { derive } from '../packages/core/src/index.ts';
import { BatchBuilder } from '../packages/server/src/capture/recorder/batch.ts';
import { Recording } from '../packages/server/src/capture/recorder/recording.ts';
import { openWriter } from '../packages/server/src/store/sqlite/writer.ts';
import { temporaryFolder } from './cleanup.ts';

const BATCH_BYTES = 1024 * 1024;
const [calls = 60_000, size = 1_000, connections = 60] = process.argv.slice(2).map(Number);

function held(): number {
  if (globalThis.gc === undefined) throw new Error('start it with --expose-gc');
  for (let round = 0; round < 3; round++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function call(id: number): Uint8Array {
  const head = `[2,"${String(id).padStart(8, '0')}","DataTransfer",{"vendorId":"v","data":"`;
  return Buffer.from(`${head}${'x'.repeat(Math.max(0, size - head.length - 3))}"}]`);
}

function meterValues(id: number): Uint8Array {
  const sample = '{"value":"1234.5","context":"Sample.Periodic","measurand":"Energy.Active.Import.Register"}';
  const head = `[2,"${String(id).padStart(8, '0')}","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-01-05T10:00:00Z","sampledValue":[`;
  const samples = Math.max(1, Math.round((size - head.length - 5) / (sample.length + 1)));
  return Buffer.from(`${head}${Array.from({ length: samples }, () => sample).join(',')}]}]}]`);
}

async function measure(what: string, said: (id: number) => Uint8Array): Promise<void> {
  const folder = temporaryFolder();
  const report = (line: unknown) => console.error(String(line));
  const writer = openWriter({ folder: folder.path, derive: (entry) => derive(entry), report });
  const clock = { now: () => Date.now(), monotonic: () => Math.round(performance.now() * 1000) };
  const recording = new Recording({
    writer,
    clock,
    redact: [],
    timeoutMs: 3_600_000,
    onCommitted: () => {},
    report,
  });
  const builder = new BatchBuilder();
  for (let connection = 1; connection <= connections; connection++) {
    const opened = {
      site: 's',
      charger: `CP${connection}`,
      subprotocol: 'ocpp1.6',
      remoteAddress: '127.0.0.1',
      mode: 'relay' as const,
    };
    builder.event({ kind: 'opened', connection, opened, at: Date.now(), again: false });
  }
  recording.batch(builder.take());
  recording.commit();
  const before = held();
  let bytes = 0;
  for (let id = 0; id < calls; id++) {
    const frame = {
      direction: 'station_to_csms' as const,
      bytes: said(id),
      binary: false,
      cut: null,
      at: Date.now(),
      arrival: clock.monotonic(),
    };
    bytes += frame.bytes.length;
    builder.frame(1 + (id % connections), frame);
    if (builder.length >= BATCH_BYTES) recording.batch(builder.take());
  }
  recording.batch(builder.take());
  const uncommitted = held() - before;
  if (!recording.commit()) throw new Error('the store is away');
  const unanswered = held() - before;
  writer.close();
  await folder.remove();
  const each = (held: number) =>
    `${((held - bytes) / calls).toFixed(0)} bytes a call beside its ${(bytes / calls).toFixed(0)}, ${(held / 2 ** 20).toFixed(0)} MiB in all`;
  console.log(`${what}, ${calls} calls on ${connections} connections`);
  console.log(`  not committed:            ${each(uncommitted)}`);
  console.log(`  committed, not answered:  ${each(unanswered)}`);
}

await measure('DataTransfer', call);
await measure('MeterValues', meterValues);
