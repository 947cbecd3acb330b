/** Prometheus text format 0.0.4, and the counts of the API itself. */

import { DELAY_ENDS, type DelayCounts, type Delays } from '../capture/recorder/frame-delays.ts';

const PREFIX = 'ocpp_logs_';
/** Upper ends of the duration histogram, s. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

interface Series {
  readonly labels: string;
  readonly counts: number[];
  seconds: number;
}

/** Requests by route, method and status: bounded, because routes are patterns and statuses a few. */
export class RequestMetrics {
  readonly #series = new Map<string, Series>();

  observe(method: string, route: string, status: number, seconds: number): void {
    const labels = `method="${method}",route="${route}",status="${status}"`;
    let series = this.#series.get(labels);
    if (!series) {
      series = { labels, counts: new Array<number>(BUCKETS.length + 1).fill(0), seconds: 0 };
      this.#series.set(labels, series);
    }
    const bucket = BUCKETS.findIndex((end) => seconds <= end);
    const place = bucket < 0 ? BUCKETS.length : bucket;
    series.counts[place] = (series.counts[place] ?? 0) + 1;
    series.seconds += seconds;
  }

  lines(): readonly string[] {
    const name = `${PREFIX}http_request_duration_seconds`;
    const lines = [`# HELP ${name} Time until an answer had been sent.`, `# TYPE ${name} histogram`];
    for (const { labels, counts, seconds } of this.#series.values()) {
      let sum = 0;
      for (const [place, count] of counts.entries()) {
        sum += count;
        lines.push(`${name}_bucket{${labels},le="${BUCKETS[place] ?? '+Inf'}"} ${sum}`);
      }
      lines.push(`${name}_sum{${labels}} ${seconds}`, `${name}_count{${labels}} ${sum}`);
    }
    return lines;
  }
}

/** How long frames waited for the store and for the disk. */
export function delayLines({ committed, synced }: Delays): readonly string[] {
  return [
    ...histogramLines(
      'commit_delay_seconds',
      'From the arrival of a frame until it was committed.',
      committed,
    ),
    ...histogramLines('disk_delay_seconds', 'From the arrival of a frame until it was on the disk.', synced),
  ];
}

function histogramLines(of: string, what: string, { counts, seconds }: DelayCounts): readonly string[] {
  const name = PREFIX + of;
  let sum = 0;
  const buckets = counts.map((count, place) => {
    sum += count;
    return `${name}_bucket{le="${DELAY_ENDS[place] ?? '+Inf'}"} ${sum}`;
  });
  const head = [`# HELP ${name} ${what}`, `# TYPE ${name} histogram`];
  return [...head, ...buckets, `${name}_sum ${seconds}`, `${name}_count ${sum}`];
}

/** Plain counts, named as Prometheus wants it; a name that ends in `_total` is a counter, of any other nothing is said. */
export function countLines(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts).flatMap(([given, value]) => {
    const snake = given.replaceAll(/[a-z0-9](?=[A-Z])/g, '$&_').toLowerCase();
    const name = PREFIX + snake.replaceAll(/[^a-z0-9_]/g, '_');
    const line = `${name} ${value}`;
    return name.endsWith('_total') ? [`# TYPE ${name} counter`, line] : [line];
  });
}

export function processCounts(): Readonly<Record<string, number>> {
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    process_resident_memory_bytes: rss,
    process_heap_bytes: heapUsed,
    process_external_bytes: external,
    process_cpu_seconds_total: (user + system) / 1e6,
    process_uptime_seconds: process.uptime(),
  };
}
