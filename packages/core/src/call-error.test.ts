import assert from 'node:assert/strict';
import test from 'node:test';
import { commonErrorCode, errorCodeFinding, isKnownErrorCode } from './call-error.ts';

test('every version knows its own spellings', () => {
  assert.ok(isKnownErrorCode('FormationViolation', '1.6'));
  assert.ok(!isKnownErrorCode('FormationViolation', '2.0.1'));
  assert.ok(isKnownErrorCode('FormatViolation', '2.1'));
  assert.ok(!isKnownErrorCode('FormatViolation', '1.6'));
  assert.ok(isKnownErrorCode('GenericError', '1.6') && isKnownErrorCode('GenericError', '2.0.1'));
  assert.ok(isKnownErrorCode('FormationViolation') && isKnownErrorCode('FormatViolation'));
  assert.ok(!isKnownErrorCode('Oops'));
});

test('spellings of one code are the same code', () => {
  assert.equal(commonErrorCode('FormationViolation'), commonErrorCode('FormatViolation'));
  assert.equal(
    commonErrorCode('OccurenceConstraintViolation'),
    commonErrorCode('OccurrenceConstraintViolation'),
  );
  assert.equal(commonErrorCode('GenericError'), 'GenericError');
});

test('a code of another version is told, and one of none', () => {
  assert.equal(errorCodeFinding('NotSupported', '1.6'), null);
  assert.equal(errorCodeFinding('OccurrenceConstraintViolation', '1.6')?.code, 'error-code-spelling');
  assert.equal(errorCodeFinding('OccurenceConstraintViolation', '2.0.1')?.code, 'error-code-spelling');
  assert.equal(errorCodeFinding('Oops', '2.1')?.code, 'call-error-code-unknown');
});
