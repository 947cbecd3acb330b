/** How much is remembered about requests, and for how long. */

const DAY = 86_400_000;

/** ms */
export const ANSWERS_KEPT = DAY;
/** For how long nobody else begins what a process has begun and not answered; then it may have ended. ms */
export const BEGUN_MS = 60_000;
export const ANSWERS_MAX = 10_000;
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** A station resends a StartTransaction for days at most; the numbers themselves are never given again. ms */
export const STARTS_KEPT = 30 * DAY;
export const PURGE_BATCH = 1_000;
/** Transaction ids of OCPP 1.6 are 32 bits. */
export const TRANSACTION_NUMBER_MAX = 2_147_483_647;
export const NUMBERS_EXHAUSTED = 'all transaction numbers of OCPP 1.6 have been given';
