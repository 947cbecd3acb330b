/** The names under which secrets stand in OCPP messages. Compared without case, as 1.6 CiString and 2.x identifierString are. */

/** Of configuration keys (1.6), variables (2.x) and members of SetNetworkProfile. */
const NAMES = [
  'AuthorizationKey',
  'BasicAuthPassword',
  'ApnPassword',
  'SimPin',
  // Variables of the component NetworkConfiguration (2.1), as SetNetworkProfile sets them.
  'VpnPassword',
  'VpnKey',
];

/** Type of an idToken that is a secret itself: OCPP 2.0.1 C04.FR.04. */
const PIN_CODE = 'keycode';

export class SecretNames {
  readonly #names: ReadonlySet<string>;
  readonly #named: RegExp;
  readonly #hinted: RegExp;

  /** `extra`: configured names of members, configuration keys and variables. */
  constructor(extra: readonly string[]) {
    const names = [...NAMES, ...extra.filter((name) => name !== '')].map((name) => name.toLowerCase());
    this.#names = new Set(names);
    const patterns = [PIN_CODE, ...names].map((name) => name.replace(/[^a-z0-9]/g, escapePattern));
    this.#named = new RegExp(patterns.join('|'), 'i');
    this.#hinted = new RegExp([...patterns, 'vpn'].join('|'), 'i');
  }

  has(name: string): boolean {
    return this.#names.has(name.toLowerCase());
  }

  isPinCode(type: string): boolean {
    return type.toLowerCase() === PIN_CODE;
  }

  /** Whether `text` names a secret anywhere. Escapes are not read. */
  named(text: string): boolean {
    return this.#named.test(text);
  }

  /** Whether a JSON text without escaped letters could hold a listed secret other than a URL's. */
  hinted(text: string): boolean {
    return this.#hinted.test(text);
  }
}

function escapePattern(char: string): string {
  return char.charCodeAt(0) < 0x80 ? `\\${char}` : char;
}

const listed = new SecretNames([]);
const configured = new WeakMap<readonly string[], SecretNames>();

/** The same for the same list, so that a caller can pass its setting with every frame. */
export function secretNames(extra: readonly string[]): SecretNames {
  if (extra.length === 0) return listed;
  const known = configured.get(extra);
  if (known !== undefined) return known;
  const names = new SecretNames(extra);
  configured.set(extra, names);
  return names;
}
