import type { SeenEntry } from '../session/seen.ts';
import { ERROR_OUTCOMES, UNANSWERED_OUTCOMES } from '../station/answer-times.ts';

/** How a call was answered; null where no answer is waited for. */
export function answeredHow({ outcome }: SeenEntry): 'answered' | 'error' | 'unanswered' | 'pending' | null {
  if (outcome === null || outcome === 'sent' || outcome === 'resent') return null;
  if (outcome === 'pending') return 'pending';
  if (UNANSWERED_OUTCOMES.has(outcome)) return 'unanswered';
  return ERROR_OUTCOMES.has(outcome) ? 'error' : 'answered';
}
