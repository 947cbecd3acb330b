/** Run as a process of its own: people at the dashboard, who ask what it asks, each at a pace of their own. */

import { Agent, type IncomingMessage, request } from 'node:http';
import { orders } from './child-process.ts';
import { Histogram, type Times } from './histogram.ts';

export interface ReadersPlan {
  readonly url: string;
  /** Of the Authorization header. */
  readonly credentials: string;
  readonly readers: number;
  /** One reader in so many follows one station live; the others ask. */
  readonly tailEvery: number;
  /** Between two questions of one reader, ms; longer where an answer takes longer. */
  readonly everyMs: number;
  /** Ids of sites, each with one station of it. */
  readonly sites: readonly (readonly [site: string, charger: string])[];
}

export interface ReaderCounts {
  readonly times: Times;
  readonly asked: number;
  /** Answers other than 200, and requests that failed, by what. */
  readonly others: ReadonlyMap<string, number>;
  /** That are there. */
  readonly tails: number;
  readonly events: number;
}

/** What the logs of the dashboard ask for: a page with its count, the chart, the filters. */
const QUESTIONS = [
  (site: string, range: string) => `/ocpp-logs?site=${site}&${range}&take=200&include=exchange`,
  (site: string, range: string) => `/ocpp-logs/histogram?site=${site}&${range}&bins=120`,
  (site: string, range: string) => `/ocpp-logs/facets?site=${site}&${range}&fields=action,outcome,status`,
  (site: string, range: string) => `/ocpp-logs?site=${site}&${range}&take=1&actions=MeterValues`,
] as const;
const DAY_MS = 86_400_000;
const ANSWER_LIMIT_MS = 30_000;

const times = new Histogram();
let asked = 0;
let others = new Map<string, number>();
let events = 0;
let tails = 0;
let ending = false;
const timers: NodeJS.Timeout[] = [];
const agents: Agent[] = [];

function other(what: string): void {
  others.set(what, (others.get(what) ?? 0) + 1);
}

function get(plan: ReadersPlan, agent: Agent, path: string, answered: (answer: IncomingMessage) => void) {
  const headers = { authorization: plan.credentials, 'accept-encoding': 'gzip' };
  const asking = request(plan.url + path, { agent, headers }, answered);
  asking.on('error', (error: NodeJS.ErrnoException) => other(error.code ?? error.message));
  return asking;
}

/** `ended`: answered, or given up. */
function ask(plan: ReadersPlan, agent: Agent, path: string, ended: () => void): void {
  const began = performance.now();
  asked += 1;
  const asking = get(plan, agent, path, (answer) => {
    answer.on('error', () => undefined);
    answer.on('end', () => {
      if (answer.statusCode === 200) times.add((performance.now() - began) * 1000);
      else other(String(answer.statusCode));
    });
    answer.resume();
  });
  asking.setTimeout(ANSWER_LIMIT_MS, () => asking.destroy(new Error('no answer in time')));
  asking.on('close', ended);
  asking.end();
}

function follow(plan: ReadersPlan, agent: Agent, site: string, charger: string): void {
  const asking = get(
    plan,
    agent,
    `/ocpp-logs/stream?site=${site}&charger_id=${charger}&include=exchange`,
    (answer) => {
      if (answer.statusCode !== 200) other(`tail ${answer.statusCode}`);
      else tails += 1;
      answer.on('error', () => undefined);
      answer.on('close', () => {
        if (answer.statusCode === 200) tails -= 1;
        if (!ending) other('tail that ended');
      });
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        events += text.split('event: entry').length - 1;
      });
    },
  );
  asking.end();
}

function begin(plan: ReadersPlan): void {
  for (let reader = 0; reader < plan.readers; reader++) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agents.push(agent);
    const [site, charger] = plan.sites[reader % plan.sites.length] ?? ['', ''];
    if (reader % plan.tailEvery === plan.tailEvery - 1) {
      follow(plan, agent, site, charger);
      continue;
    }
    let turn = reader;
    let isWaiting = false;
    const next = () => {
      // Nobody asks on before an answer has come; what is timed would be the reader's own line.
      if (isWaiting) return;
      isWaiting = true;
      const now = Date.now();
      const range = `from=${new Date(now - DAY_MS).toISOString()}&to=${new Date(now + DAY_MS).toISOString()}`;
      const question = QUESTIONS[turn % QUESTIONS.length];
      turn += 1;
      if (question === undefined) return;
      ask(plan, agent, question(site, range), () => {
        isWaiting = false;
      });
    };
    const first = (plan.everyMs * reader) / plan.readers;
    timers.push(
      setTimeout(() => {
        next();
        timers.push(setInterval(next, plan.everyMs));
      }, first),
    );
  }
}

orders({
  begin: (plan: ReadersPlan) => begin(plan),
  counts: (): ReaderCounts => {
    const told = { times: times.take(), asked, others, tails, events };
    asked = 0;
    others = new Map();
    events = 0;
    return told;
  },
  end: () => {
    ending = true;
    for (const timer of timers.splice(0)) clearInterval(timer);
    for (const agent of agents.splice(0)) agent.destroy();
  },
});
