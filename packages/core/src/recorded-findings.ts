/** What is found when a message is read, paired and extracted from. It is stored with the entry. */

import type { FindingRow } from './finding-row.ts';

export const RECORDED_FINDINGS = {
  'version-assumed': {
    severity: 'info',
    text: 'The OCPP version was assumed from the shape of the message.',
    clause: '',
  },
  'answer-before-call': {
    severity: 'unusual',
    text: 'The answer bears an earlier time than its call.',
    clause: '',
  },
  'payload-empty-form': {
    severity: 'violates',
    text: 'The payload is null or [] and was read as {}.',
    clause: 'OCPP-J 1.6 4.2.1 and 4.2.2, 2.0.1 Part 4 4.2',
  },
  'message-id-number': {
    severity: 'violates',
    text: 'The message id is a number and was read as text.',
    clause: 'OCPP-J 1.6 4.1.4, 2.0.1 Part 4 4.1.4',
  },
  'message-id-length': {
    severity: 'violates',
    text: 'The message id is empty or longer than 36 characters.',
    clause: 'OCPP-J 1.6 4.1.4, 2.0.1 Part 4 4.1.4',
  },
  'error-form': {
    severity: 'violates',
    text: 'Description or details of the error are missing or of another type.',
    clause: 'OCPP-J 1.6 4.2.3, 2.0.1 Part 4 4.2.3',
  },
  truncated: {
    severity: 'info',
    text: 'The frame was longer than what is kept; its payload was not read.',
    clause: '',
  },
  'call-error-code-unknown': {
    severity: 'violates',
    text: 'The code of the CALLERROR or CALLRESULTERROR is none that OCPP lists.',
    clause: 'OCPP-J 1.6 4.2.3, 2.0.1 Part 4 4.3',
  },
  'error-code-spelling': {
    severity: 'info',
    text: 'The error code is spelled as another version of OCPP spells it.',
    clause: 'OCPP-J 1.6 4.2.3, 2.0.1 Part 4 4.3',
  },
  'error-as-rejection': {
    severity: 'unusual',
    text: 'A CALLERROR in the direction of the call rejected its answered result.',
    clause: '',
  },
  'rejection-not-in-version': {
    severity: 'violates',
    text: 'CALLRESULTERROR exists from OCPP 2.1 on.',
    clause: 'OCPP 2.1 Part 4 4.2.3',
  },
  'send-not-in-version': {
    severity: 'violates',
    text: 'SEND exists from OCPP 2.1 on.',
    clause: 'OCPP 2.1 Part 4 4.2.4',
  },
  'orphan-answer': {
    severity: 'unusual',
    text: 'An answer to no known call.',
    clause: 'OCPP-J 1.6 4.1.4, 2.0.1 Part 4 4.1.4',
  },
  'two-calls-outstanding': {
    severity: 'info',
    text: 'A second call was sent while one was unanswered.',
    clause: 'OCPP-J 1.6 4.1.1, 2.0.1 Part 4 4.1.1',
  },
  'call-resent': { severity: 'info', text: 'The same call was sent again with the same id.', clause: '' },
  'message-id-reused': {
    severity: 'violates',
    text: 'The message id was used again for another call while one was pending.',
    clause: 'OCPP-J 1.6 4.1.4, 2.0.1 Part 4 4.1.4',
  },
  'value-type': {
    severity: 'violates',
    text: 'The value is of another type than the field and was not taken.',
    clause: 'official JSON schema',
  },
  'number-form': {
    severity: 'violates',
    text: 'A number with blanks or a decimal comma was read.',
    clause: 'OCPP 1.6 SampledValue',
  },
  'number-unreadable': {
    severity: 'violates',
    text: 'The value is no number and was not taken.',
    clause: 'OCPP 1.6 SampledValue',
  },
  'unit-assumed': {
    severity: 'unusual',
    text: 'No unit was given; the usual one was assumed.',
    clause: 'OCPP 1.6 SampledValue, 2.0.1 UnitOfMeasureType',
  },
  'unit-mismatch': {
    severity: 'violates',
    text: 'The unit belongs to another quantity or is unknown; the value was not taken.',
    clause: 'OCPP 1.6 UnitOfMeasure, 2.0.1 UnitOfMeasureType',
  },
  'multiplier-range': {
    severity: 'violates',
    text: 'The multiplier is beyond +-24; the value was not taken.',
    clause: 'OCPP 2.0.1 UnitOfMeasureType',
  },
  'negative-import': {
    severity: 'unusual',
    text: 'An import value is negative.',
    clause: 'OCPP 1.6 Measurand, 2.0.1 MeasurandEnumType',
  },
  'phase-n-only': {
    severity: 'unusual',
    text: 'The value is given for N alone and was taken as the total.',
    clause: 'OCPP 1.6 Phase, 2.0.1 PhaseEnumType',
  },
  'phase-unknown': {
    severity: 'violates',
    text: 'The phase is none that OCPP lists; the value was not taken.',
    clause: 'OCPP 1.6 Phase, 2.0.1 PhaseEnumType',
  },
  'location-unknown': {
    severity: 'violates',
    text: 'The location is none that OCPP lists; the value was not taken.',
    clause: 'OCPP 1.6 Location, 2.0.1 LocationEnumType',
  },
  'not-extracted': {
    severity: 'unusual',
    text: 'An error in ocpp-logs kept it from reading the fields of this message; its text is complete.',
    clause: '',
  },
  'findings-cut': { severity: 'info', text: 'Further findings about the fields were left out.', clause: '' },
  'connector-zero-faulted': {
    severity: 'unusual',
    text: 'Connector 0 reports Faulted.',
    clause: 'OCPP 1.6 4.9',
  },
  'error-code-unknown': {
    severity: 'violates',
    text: 'The error code is none that OCPP lists.',
    clause: 'OCPP 1.6 7.6',
  },
  'subprotocol-none': {
    severity: 'violates',
    text: 'The station offered no subprotocol; OCPP 1.6 was assumed.',
    clause: 'OCPP-J 1.6 3.1.2',
  },
  'duplicate-connection': {
    severity: 'unusual',
    text: 'Another connection of this charger was open: it came again before that ended, or two stations have one id.',
    clause: '',
  },
  'charger-moved': {
    severity: 'unusual',
    text: 'A charger of this id was at another site before and is here for the first time.',
    clause: '',
  },
  'serial-changed': {
    severity: 'unusual',
    text: 'The charger told another serial number than at its boot before.',
    clause: '',
  },
} as const satisfies Readonly<Record<string, FindingRow>>;
