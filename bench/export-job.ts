/** An export as a client of the server makes it: a job, waited for, and its file fetched to the last byte. */

import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { peakMemory } from './measured-run.ts';
import type { OurServer } from './our-server.ts';

const ASK_MS = 500;

export interface ExportWishOfClient {
  readonly site: string;
  readonly from: string;
  readonly to: string;
  readonly format: string;
  readonly take: number;
}

export interface ServedExport {
  readonly entries: number;
  readonly bytes: number;
  /** From the request to the last byte of the file. */
  readonly seconds: number;
  /** Of the server, all of its threads; null where there is no /proc. */
  readonly memory: number | null;
}

interface Job {
  readonly state: string;
  readonly progress: { readonly entries: number };
  readonly links: { readonly self: string; readonly file: string };
  readonly error: unknown;
}

export async function exportOfServer(server: OurServer, wish: ExportWishOfClient): Promise<ServedExport> {
  const started = performance.now();
  let job = await jobOf(server, '/rest/v1/exports', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wish),
  });
  while (job.state === 'waiting' || job.state === 'running') {
    await wait(ASK_MS);
    job = await jobOf(server, job.links.self);
  }
  if (job.state !== 'done') throw new Error(`the export is ${job.state}: ${JSON.stringify(job.error)}`);
  const bytes = await fetched(server, job.links.file);
  const seconds = (performance.now() - started) / 1000;
  const { entries } = job.progress;
  return { entries, bytes, seconds, memory: peakMemory(server.pid) || null };
}

async function jobOf({ url, credentials }: OurServer, path: string, request: RequestInit = {}): Promise<Job> {
  const headers = { ...request.headers, authorization: credentials };
  const answer = await fetch(url + path, { ...request, headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  // Safe: what the API says of a job.
  return (await answer.json()) as Job;
}

/** Bytes of the file, which is not kept. */
async function fetched({ url, credentials }: OurServer, path: string): Promise<number> {
  const asking = get(url + path, { headers: { authorization: credentials } });
  const [response] = await once(asking, 'response');
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.length;
  if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`);
  return bytes;
}
