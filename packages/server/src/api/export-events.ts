/** Progress of an export as server-sent events, until it has ended. */

import type { ServerResponse } from 'node:http';
import type { ExportJobs } from '../export/jobs/export-jobs.ts';
import { type ExportJob, hasEnded } from '../export/jobs/job.ts';
import { exportBody } from './export-body.ts';
import { sseEvent, sseHeartbeat } from './sse.ts';

const HEARTBEAT = 15_000;

export interface FollowOptions {
  readonly publicPath: string;
  /** Asked before anything is sent: whether the key may still read. */
  readonly allowed: () => boolean;
}

/** Resolves when the response has ended: with the export, with the client, or with `stop`. */
export function followExport(
  jobs: Pick<ExportJobs, 'follow'>,
  job: ExportJob,
  response: ServerResponse,
  options: FollowOptions,
  stop: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    let sent = 0;
    const tell = (now: ExportJob) => {
      if (!options.allowed()) {
        end();
        return;
      }
      const ended = hasEnded(now);
      // What a slow client has not taken is not added to: the next event says all that matters.
      if (!ended && response.writableNeedDrain) return;
      sent += 1;
      const body = Buffer.from(JSON.stringify(exportBody(now, options.publicPath)));
      response.write(sseEvent(sent, ended ? 'end' : 'progress', body));
      if (ended) end();
    };
    const heart = setInterval(() => {
      if (options.allowed()) response.write(sseHeartbeat(sent));
      else end();
    }, HEARTBEAT);
    const unfollow = jobs.follow(job.id, tell);
    const end = () => {
      clearInterval(heart);
      unfollow();
      stop.removeEventListener('abort', end);
      response.end();
      resolve();
    };
    response.once('close', end);
    stop.addEventListener('abort', end, { once: true });
    if (stop.aborted || response.destroyed) end();
    else tell(job);
  });
}
