/** Every path of the tables leads, in the official schema of its version, to a value of the type that its field reads. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { OCPP_VERSIONS, type OcppVersion } from '../frame.ts';
import type { ActionFields, ActionTable } from './action-fields.ts';
import { type Path, parsePaths } from './path.ts';
import { V21, V201 } from './v2.ts';
import { V16 } from './v16.ts';

interface Schema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const TABLES: Readonly<Record<OcppVersion, ActionTable>> = { '1.6': V16, '2.0.1': V201, '2.1': V21 };

/** Actions without fields: rows "the other 18" and "all others". */
const NONE_V16 =
  'BootNotification CancelReservation CertificateSigned ChangeConfiguration ClearCache DeleteCertificate GetConfiguration GetDiagnostics GetInstalledCertificateIds GetLocalListVersion GetLog Heartbeat InstallCertificate Reset SendLocalList SignCertificate SignedUpdateFirmware UpdateFirmware';
const NONE_V201 =
  'CancelReservation CertificateSigned ClearCache ClearDisplayMessage ClearVariableMonitoring DeleteCertificate Get15118EVCertificate GetBaseReport GetCertificateStatus GetDisplayMessages GetInstalledCertificateIds GetLocalListVersion GetLog Heartbeat InstallCertificate PublishFirmware SendLocalList SetMonitoringBase SetMonitoringLevel SetNetworkProfile SignCertificate UnpublishFirmware UpdateFirmware';
const NONE_V21 =
  'AdjustPeriodicEventStream ClearDERControl ClosePeriodicEventStream GetCertificateChainStatus GetDERControl GetPeriodicEventStream OpenPeriodicEventStream PullDynamicScheduleUpdate ReportDERControl SetDERControl UpdateDynamicSchedule';
const WITHOUT_FIELDS: Readonly<Record<OcppVersion, readonly string[]>> = {
  '1.6': NONE_V16.split(' '),
  '2.0.1': NONE_V201.split(' '),
  '2.1': `${NONE_V201} ${NONE_V21}`.split(' ').sort(),
};

function schemasOf(version: OcppVersion): readonly Schema[] {
  const file = `ocpp-rpc/lib/schemas/ocpp${version.replaceAll('.', '_')}.json`;
  const text = readFileSync(new URL(`../../../../node_modules/${file}`, import.meta.url), 'utf8');
  // A file of JSON schemas; what is read of it is checked below.
  return JSON.parse(text) as readonly Schema[];
}

const SCHEMAS = Object.fromEntries(OCPP_VERSIONS.map((version) => [version, schemasOf(version)]));

function schemaOf(version: OcppVersion, action: string, source: Path['source']): Schema | undefined {
  const ends = source === 'request' ? ['.req', 'Request', ''] : ['.conf', 'Response'];
  return SCHEMAS[version]?.find(({ $id }) => ends.some((end) => $id === `urn:${action}${end}`));
}

function resolved(schema: Schema | undefined, root: Schema): Schema | undefined {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : resolved(root.definitions?.[name], root);
}

function typeAt(version: OcppVersion, action: string, path: Path): string | undefined {
  const root = schemaOf(version, action, path.source);
  if (root === undefined) return undefined;
  let at: Schema | undefined = root;
  for (const { name, pick } of path.steps) {
    at = resolved(at?.properties?.[name], root);
    if (pick !== null) at = at?.type === 'array' ? resolved(at.items, root) : undefined;
  }
  return at?.type;
}

function typeOf(field: string, version: OcppVersion): string {
  if (field === 'meter_values') return 'array';
  if (field === 'schedule') return 'object';
  if (field === 'offline') return 'boolean';
  if (field.endsWith('transaction_id')) return version === '1.6' ? 'integer' : 'string';
  return ['connector_id', 'evse_connector_id', 'seq_no', 'request_meter_stop'].includes(field)
    ? 'integer'
    : 'string';
}

function* pathsOf(fields: ActionFields): Generator<readonly [string, Path]> {
  for (const [field, value] of Object.entries(fields)) {
    if (value === true) continue;
    const texts = typeof value === 'string' ? [value] : [value.ended, value.otherwise];
    for (const text of texts) for (const path of parsePaths(text)) yield [field, path];
  }
}

for (const version of OCPP_VERSIONS) {
  describe(`the table of OCPP ${version}`, () => {
    it('names only what the official schemas have, with the type that its field reads', () => {
      for (const [action, fields] of Object.entries(TABLES[version])) {
        for (const [field, path] of pathsOf(fields)) {
          const place = `${action} ${field} ${path.steps.map((step) => step.name).join('.')}`;
          assert.equal(`${place}: ${typeAt(version, action, path)}`, `${place}: ${typeOf(field, version)}`);
        }
      }
    });

    it('finds the parts of a charging schedule where the schemas have them', () => {
      for (const [action, { schedule }] of Object.entries(TABLES[version])) {
        if (schedule === undefined) continue;
        const types = [
          'chargingRateUnit',
          'duration',
          'startSchedule',
          'minChargingRate',
          'chargingSchedulePeriod',
        ]
          .flatMap((name) => parsePaths(`${schedule}.${name}`))
          .map((path) => typeAt(version, action, path));
        assert.deepEqual(types, ['string', 'integer', 'string', 'number', 'array'], action);
      }
    });

    it('has a row for every action that carries fields, and none for the others', () => {
      const actions = (SCHEMAS[version] ?? [])
        .map(({ $id = '' }) => $id.replace(/^urn:/, ''))
        .filter((id) => !/(\.conf|Response)$/.test(id))
        .map((id) => id.replace(/(\.req|Request)$/, ''));
      assert.deepEqual(
        actions.filter((action) => TABLES[version][action] === undefined).sort(),
        WITHOUT_FIELDS[version],
      );
      assert.deepEqual(
        Object.keys(TABLES[version]).filter((action) => !actions.includes(action)),
        [],
      );
    });
  });
}
