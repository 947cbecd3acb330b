/** What a station of OCPP 1.6 and its CSMS say, session after session. */

import type { Random } from '../packages/server/src/cli/simulate/random.ts';
import type { Said, Script } from './said.ts';
import { Readings } from './seed-readings.ts';

const ACCEPTED = '{"status":"Accepted"}';
const TAG_ACCEPTED = '{"idTagInfo":{"status":"Accepted"}}';

export function* scriptV16(random: Random, firstTransaction: number): Script {
  const readings = new Readings(random);
  let transaction = firstTransaction;
  let at = yield boot(random);
  for (;;) {
    const connector = random.chance(0.7) ? 1 : 2;
    for (let quiet = random.between(2, 10); quiet > 0; quiet--) at = yield heartbeat(at);
    if (random.chance(0.08)) at = yield* housekeeping(random, at);
    const tag = `04${random.hex(12).toUpperCase()}`;
    at = yield status(connector, 'Preparing', at);
    if (random.chance(0.15)) {
      at = yield {
        action: 'RemoteStartTransaction',
        payload: `{"connectorId":${connector},"idTag":"${tag}"}`,
        answer: ACCEPTED,
        fromCsms: true,
      };
    } else {
      at = yield authorize(random, tag);
    }
    transaction += 1;
    at = yield {
      action: 'StartTransaction',
      payload: `{"connectorId":${connector},"idTag":"${tag}","meterStart":${readings.energy},"timestamp":"${time(at)}"}`,
      answer: `{"idTagInfo":{"status":"Accepted"},"transactionId":${transaction}}`,
    };
    at = yield status(connector, 'Charging', at);
    at = yield* charge(random, readings, connector, transaction, at);
    at = yield {
      action: 'StopTransaction',
      payload: `{"idTag":"${tag}","meterStop":${readings.energy},"timestamp":"${time(at)}","transactionId":${transaction},"reason":"${random.pick(['Local', 'EVDisconnected', 'Remote'])}"}`,
      answer: TAG_ACCEPTED,
      connector,
      transaction: String(transaction),
    };
    at = yield status(connector, 'Finishing', at);
    at = yield status(connector, 'Available', at);
    if (random.chance(0.3)) {
      at = yield {
        action: 'DataTransfer',
        payload: `{"vendorId":"com.example.meter","messageId":"SessionReport","data":"{\\"energy\\":${readings.energy},\\"session\\":${transaction}}"}`,
        answer: random.chance(0.5) ? ACCEPTED : '{"status":"UnknownVendorId"}',
      };
    }
  }
}

function* charge(
  random: Random,
  readings: Readings,
  connector: number,
  transaction: number,
  at: number,
): Generator<Said, number, number> {
  readings.begin();
  if (random.chance(0.3)) at = yield chargingProfile(random, connector, transaction);
  for (let sample = Math.floor(random.between(15, 55)); sample > 0; sample--) {
    readings.advance(1);
    at = yield {
      action: 'MeterValues',
      payload: `{"connectorId":${connector},"transactionId":${transaction},"meterValue":[{"timestamp":"${time(at)}","sampledValue":[${readings.v16()}]}]}`,
      answer: random.chance(0.002) ? null : '{}',
    };
    if (sample % 6 === 0) at = yield heartbeat(at);
    if (sample % 16 === 0) {
      at = yield status(connector, 'SuspendedEV', at);
      at = yield status(connector, 'Charging', at);
    }
  }
  return at;
}

function* housekeeping(random: Random, at: number): Generator<Said, number, number> {
  const choice = random.next();
  if (choice < 0.25) {
    return yield {
      action: 'ChangeConfiguration',
      payload: '{"key":"MeterValueSampleInterval","value":"60"}',
      answer: ACCEPTED,
      fromCsms: true,
    };
  }
  if (choice < 0.45) {
    return yield {
      action: 'GetConfiguration',
      payload: '{"key":["HeartbeatInterval","MeterValueSampleInterval","NumberOfConnectors"]}',
      answer:
        '{"configurationKey":[{"key":"HeartbeatInterval","readonly":false,"value":"900"},{"key":"MeterValueSampleInterval","readonly":false,"value":"60"},{"key":"NumberOfConnectors","readonly":true,"value":"2"}]}',
      fromCsms: true,
    };
  }
  if (choice < 0.7) {
    at = yield {
      action: 'TriggerMessage',
      payload: '{"requestedMessage":"StatusNotification","connectorId":1}',
      answer: ACCEPTED,
      fromCsms: true,
    };
    return yield status(1, 'Available', at);
  }
  if (choice < 0.85) {
    return yield {
      action: 'FirmwareStatusNotification',
      payload: `{"status":"${random.pick(['Downloading', 'Downloaded', 'Installed', 'InstallationFailed'])}"}`,
      answer: '{}',
    };
  }
  if (choice < 0.93) return yield boot(random);
  return yield {
    action: 'DataTransfer',
    payload: '{"vendorId":"com.example.meter","messageId":"GetTariff"}',
    answer: null,
    error: '"NotImplemented","no such message",{}',
    fromCsms: true,
  };
}

function boot(random: Random): Said {
  return {
    action: 'BootNotification',
    payload: `{"chargePointVendor":"Example","chargePointModel":"EX-22","chargePointSerialNumber":"EX22-${random.hex(8)}","firmwareVersion":"1.${Math.floor(random.between(0, 9))}.4","iccid":"8949010000000${random.hex(6)}","meterType":"EM340"}`,
    answer: '{"status":"Accepted","currentTime":"2026-03-01T00:00:00Z","interval":900}',
  };
}

function heartbeat(at: number): Said {
  return { action: 'Heartbeat', payload: '{}', answer: `{"currentTime":"${new Date(at).toISOString()}"}` };
}

function status(connector: number, state: string, at: number): Said {
  return {
    action: 'StatusNotification',
    payload: `{"connectorId":${connector},"errorCode":"NoError","info":"","status":"${state}","timestamp":"${time(at)}","vendorId":"","vendorErrorCode":""}`,
    answer: '{}',
  };
}

function authorize(random: Random, tag: string): Said {
  const expires = '"expiryDate":"2027-01-01T00:00:00Z"';
  return {
    action: 'Authorize',
    payload: `{"idTag":"${tag}"}`,
    answer: random.chance(0.95)
      ? `{"idTagInfo":{"status":"Accepted",${expires}}}`
      : '{"idTagInfo":{"status":"Invalid"}}',
  };
}

function chargingProfile(random: Random, connector: number, transaction: number): Said {
  const limit = random.pick([6, 10, 16, 32]);
  return {
    action: 'SetChargingProfile',
    payload: `{"connectorId":${connector},"csChargingProfiles":{"chargingProfileId":${Math.floor(random.between(1, 9999))},"transactionId":${transaction},"stackLevel":0,"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Relative","chargingSchedule":{"duration":3600,"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":${limit}.0,"numberPhases":3},{"startPeriod":1800,"limit":${limit}.0}],"minChargingRate":6.0}}}`,
    answer: ACCEPTED,
    fromCsms: true,
  };
}

/** Stations write whole seconds. */
function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
