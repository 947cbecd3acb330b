/**
 * The password that an accepted call gives to a station: ChangeConfiguration of AuthorizationKey (OCPP 1.6 security
 * whitepaper, A01), SetVariables of SecurityCtrlr.BasicAuthPassword (OCPP 2.0.1 Part 2, A01). It comes back with it.
 */

const TAKEN: readonly unknown[] = ['Accepted', 'RebootRequired'];

export interface AcceptedCall {
  readonly action: string;
  readonly payloadText: string;
  readonly answerText: string;
}

/** null: none was set. */
export function passwordGiven({ action, payloadText, answerText }: AcceptedCall): string | null {
  if (action !== 'ChangeConfiguration' && action !== 'SetVariables') return null;
  const payload = membersOf(JSON.parse(payloadText));
  const answer = membersOf(JSON.parse(answerText));
  if (action === 'ChangeConfiguration') {
    const taken = isNamed(payload.key, 'AuthorizationKey') && TAKEN.includes(answer.status);
    return taken && typeof payload.value === 'string' ? payload.value : null;
  }
  const results = listOf(answer.setVariableResult).filter(isPassword);
  if (!results.some(({ attributeStatus }) => TAKEN.includes(attributeStatus))) return null;
  const set = listOf(payload.setVariableData).filter(isPassword).at(-1)?.attributeValue;
  return typeof set === 'string' ? set : null;
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(value: unknown): Members {
  // Safe: an object that is no array has members by name.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

function listOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.map(membersOf) : [];
}

/** Names of components and variables are compared without case (OCPP 2.0.1 Part 2, appendix). */
function isPassword({ component, variable }: Members): boolean {
  return (
    isNamed(membersOf(component).name, 'SecurityCtrlr') &&
    isNamed(membersOf(variable).name, 'BasicAuthPassword')
  );
}

function isNamed(value: unknown, name: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === name.toLowerCase();
}
