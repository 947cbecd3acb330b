/** Cases of rules about causes: what a connector reports, what the CSMS did, and how a transaction ended. */

import { exchange, start, time } from '../session/case.ts';
import { beat, type RuleCase } from './log-parts.fixture.ts';

const stops = (seconds: number, answer: 'well' | 'error' | 'none') =>
  exchange(
    seconds,
    'StopTransaction',
    { transactionId: 7, meterStop: 6000, timestamp: time(600) },
    answer === 'well' ? {} : null,
    answer === 'error' ? { errorCode: 'InternalError' } : {},
  );

export const CAUSE_CASES: Readonly<Record<string, RuleCase>> = {
  'stop-failed': {
    seen: [start(0), stops(600, 'error'), stops(660, 'error'), stops(720, 'none')],
    nearly: [start(0), stops(600, 'error'), stops(660, 'well'), stops(720, 'error')],
  },
  'stop-unanswered': {
    seen: [start(0), stops(600, 'none'), stops(660, 'none'), beat(841)],
    nearly: [start(0), stops(600, 'none'), stops(660, 'none'), beat(840)],
  },
};
