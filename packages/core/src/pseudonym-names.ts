/**
 * The names under which a value stands that tells a person, a card, a vehicle or a device from others: of members,
 * of configuration keys (1.6) and of variables (2.x). Compared without case and punctuation, so that `id_tag` and
 * `IdTag` of a vendor's own messages are found too. Derived from the official JSON schemas of 1.6, 2.0.1 and 2.1.
 */

/** A hyphen stands where words of the name meet. */
interface Named {
  readonly name: string;
  readonly source: string;
}

/** The name ends so: `parentIdTag`, `chargePointSerialNumber`. */
const ENDINGS: readonly Named[] = [
  {
    name: 'id-tag',
    source: '1.6 Authorize.req, StartTransaction.req, SendLocalList.req; parentIdTag of IdTagInfo',
  },
  { name: 'token', source: '2.x IdTokenType, groupIdToken, AdditionalInfoType; variable TokenReader.Token' },
  {
    name: 'serial-number',
    source: '1.6 BootNotification.req; 2.x ChargingStationType, CertificateHashDataType',
  },
  { name: 'serial-no', source: 'spelling of vendors' },
  { name: 'serial', source: 'spelling of vendors' },
  { name: 'iccid', source: '1.6 BootNotification.req; 2.x ModemType' },
  { name: 'imsi', source: '1.6 BootNotification.req; 2.x ModemType' },
  { name: 'imei', source: 'spelling of vendors, of the modem' },
  { name: 'msisdn', source: 'spelling of vendors, of the SIM card' },
  { name: 'emaid', source: '2.1 prioritizedEMAIDs of Get15118EVCertificateRequest; ISO 15118-2 eMAID' },
  { name: 'contract-id', source: 'ISO 15118-2 contract' },
  { name: 'evcc-id', source: 'ISO 15118-2 EVCCID; ISO 15118-20 EVCCID' },
  { name: 'secc-id', source: '2.x variable ISO15118Ctrlr.SeccId' },
  { name: 'mac-address', source: 'spelling of vendors; 2.x idToken of type MacAddress' },
  { name: 'card-number', source: 'spelling of vendors' },
];

/** The whole name is so. */
const NAMES: readonly Named[] = [
  { name: 'vin', source: 'ISO 3779, as vendors send it' },
  { name: 'vehicle-id', source: '2.x variable ConnectedEV.VehicleID' },
  { name: 'pcid', source: 'ISO 15118-2 provisioning certificate id' },
  { name: 'master-pass-group-id', source: '2.x variable AuthCtrlr.MasterPassGroupId' },
  { name: 'customer-identifier', source: '2.x CustomerInformationRequest' },
  { name: 'vat-number', source: '2.1 VatNumberValidationRequest, NotifySettlementRequest' },
  { name: 'psp-ref', source: '2.1 NotifySettlementRequest' },
  { name: 'receipt-id', source: '2.1 NotifySettlementRequest' },
  { name: 'card-id', source: 'spelling of vendors' },
  { name: 'tag-id', source: 'spelling of vendors' },
  { name: 'rfid', source: 'spelling of vendors' },
  { name: 'uid', source: 'spelling of vendors, of a card' },
];

/** Texts in which ids stand in a form that cannot be searched: certificates hold eMAID and serial number as DER. */
const OPAQUE: readonly Named[] = [
  {
    name: 'certificate',
    source: '2.x AuthorizeRequest: contract certificate; 1.6 and 2.x InstallCertificate',
  },
  { name: 'certificate-chain', source: '1.6 and 2.x CertificateSigned; 2.1 2.x contract certificates' },
  { name: 'csr', source: '1.6 and 2.x SignCertificate' },
  { name: 'exi-request', source: '2.x Get15118EVCertificateRequest' },
  { name: 'exi-response', source: '2.x Get15118EVCertificateResponse' },
  { name: 'signed-meter-data', source: '2.x SignedMeterValueType, Base64 of OCMF with meter and id token' },
  { name: 'public-key', source: '2.x SignedMeterValueType, FiscalMetering.PublicKey: one a meter' },
];

/** Members of the JSON in an OCMF text (1.6 `SignedData`): gateway, meter, and who charged. */
const OCMF_NAMES: ReadonlySet<string> = new Set(['GS', 'MS', 'ID']);

/** What the value of such a name is: an id, or a text that may hold several. */
export type Naming = 'id' | 'opaque';

const CACHED_MAX = 5_000;

const plain = ({ name }: Named) => name.replaceAll('-', '');
const endings = ENDINGS.map(plain);
const names: ReadonlySet<string> = new Set(NAMES.map(plain));
const opaque: ReadonlySet<string> = new Set(OPAQUE.map(plain));
const cached = new Map<string, Naming | null>();

/** null: the name says nothing. */
export function namingOf(name: string): Naming | null {
  const known = cached.get(name);
  if (known !== undefined) return known;
  const bare = bareOf(name);
  const naming = oneNaming(bare) ?? (bare.endsWith('s') ? oneNaming(bare.slice(0, -1)) : null);
  if (cached.size >= CACHED_MAX) cached.clear();
  cached.set(name, naming);
  return naming;
}

/** Of an object under such a name the members are ids: `tokens`, `idTags`. */
export function isPluralOfIds(name: string): boolean {
  return namingOf(name) === 'id' && /s$/i.test(name) && oneNaming(bareOf(name)) === null;
}

function bareOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function oneNaming(bare: string): Naming | null {
  if (names.has(bare) || endings.some((ending) => bare.endsWith(ending))) return 'id';
  return opaque.has(bare) ? 'opaque' : null;
}

export function isOcmfName(name: string): boolean {
  return OCMF_NAMES.has(name);
}

const HINT = new RegExp(
  [...ENDINGS, ...NAMES, ...OPAQUE]
    .map(({ name }) => name.replaceAll('-', '[^a-z0-9]{0,3}'))
    .concat('signeddata', 'ocmf', '(?<![a-z0-9])(?:tag|card)')
    .join('|'),
  'i',
);

/** Whether a text without escapes could hold one of these names. */
export function mayName(text: string): boolean {
  return HINT.test(text);
}
