/** Something worth telling about an entry. A finding never changes what is recorded. */

export type Severity = 'violates' | 'unusual' | 'info';

export interface Finding {
  /** Stable, lower-case, hyphenated: `unit-assumed`. Every code is listed in {@link FINDINGS}. */
  readonly code: FindingCode;
  /** JSON path in the request (`request.`) or answer (`answer.`), where there is one. */
  readonly path?: string;
  /** The value or fact that led to it, short, never a secret. */
  readonly detail?: string;
}

/** Severity and meaning of every finding, one table. */
export const FINDINGS = {
  'version-assumed': {
    severity: 'info',
    text: 'The OCPP version was assumed from the shape of the message.',
  },
  'answer-before-call': { severity: 'unusual', text: 'The answer bears an earlier time than its call.' },
  'payload-empty-form': { severity: 'violates', text: 'The payload is null or [] and was read as {}.' },
  'message-id-number': { severity: 'violates', text: 'The message id is a number and was read as text.' },
  'message-id-length': {
    severity: 'violates',
    text: 'The message id is empty or longer than 36 characters.',
  },
  'error-form': {
    severity: 'violates',
    text: 'Description or details of the error are missing or of another type.',
  },
  truncated: {
    severity: 'info',
    text: 'The frame was longer than what is kept; its payload was not read.',
  },
  'call-error-code-unknown': {
    severity: 'violates',
    text: 'The code of the CALLERROR or CALLRESULTERROR is none that OCPP lists.',
  },
  'error-code-spelling': {
    severity: 'info',
    text: 'The error code is spelled as another version of OCPP spells it.',
  },
  'error-as-rejection': {
    severity: 'unusual',
    text: 'A CALLERROR in the direction of the call rejected its answered result.',
  },
  'rejection-not-in-version': { severity: 'violates', text: 'CALLRESULTERROR exists from OCPP 2.1 on.' },
  'send-not-in-version': { severity: 'violates', text: 'SEND exists from OCPP 2.1 on.' },
  'orphan-answer': { severity: 'unusual', text: 'An answer to no known call.' },
  'two-calls-outstanding': { severity: 'info', text: 'A second call was sent while one was unanswered.' },
  'call-resent': { severity: 'info', text: 'The same call was sent again with the same id.' },
  'message-id-reused': {
    severity: 'violates',
    text: 'The message id was used again for another call while one was pending.',
  },
  'value-type': {
    severity: 'violates',
    text: 'The value is of another type than the field and was not taken.',
  },
  'number-form': { severity: 'violates', text: 'A number with blanks or a decimal comma was read.' },
  'number-unreadable': { severity: 'violates', text: 'The value is no number and was not taken.' },
  'unit-assumed': { severity: 'unusual', text: 'No unit was given; the usual one was assumed.' },
  'unit-mismatch': {
    severity: 'violates',
    text: 'The unit belongs to another quantity or is unknown; the value was not taken.',
  },
  'multiplier-range': {
    severity: 'violates',
    text: 'The multiplier is beyond +-24; the value was not taken.',
  },
  'negative-import': { severity: 'unusual', text: 'An import value is negative.' },
  'phase-n-only': { severity: 'unusual', text: 'The value is given for N alone and was taken as the total.' },
  'phase-unknown': {
    severity: 'violates',
    text: 'The phase is none that OCPP lists; the value was not taken.',
  },
  'location-unknown': {
    severity: 'violates',
    text: 'The location is none that OCPP lists; the value was not taken.',
  },
  'findings-cut': { severity: 'info', text: 'Further findings about the fields were left out.' },
  'connector-zero-faulted': { severity: 'unusual', text: 'Connector 0 reports Faulted.' },
  'error-code-unknown': { severity: 'violates', text: 'The error code is none that OCPP lists.' },
  'subprotocol-none': {
    severity: 'violates',
    text: 'The station offered no subprotocol; OCPP 1.6 was assumed.',
  },
  'duplicate-connection': {
    severity: 'unusual',
    text: 'Another connection of this charger was open: it came again before that ended, or two stations have one id.',
  },
  'charger-moved': {
    severity: 'unusual',
    text: 'A charger of this id was at another site before and is here for the first time.',
  },
  'serial-changed': {
    severity: 'unusual',
    text: 'The charger told another serial number than at its boot before.',
  },
} as const satisfies Record<string, { readonly severity: Severity; readonly text: string }>;

export type FindingCode = keyof typeof FINDINGS;
