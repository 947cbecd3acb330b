/** What a station of OCPP 2.0.1 and its CSMS say, session after session. */

import type { Random } from '../packages/server/src/cli/simulate/random.ts';
import type { Said, Script } from './said.ts';
import { Readings } from './seed-readings.ts';

export function* scriptV201(random: Random): Script {
  const readings = new Readings(random);
  let at = yield boot(random);
  for (;;) {
    const evse = random.chance(0.6) ? 1 : 2;
    for (let quiet = random.between(4, 12); quiet > 0; quiet--) {
      at = yield heartbeat(at);
      at = yield clockAligned(readings, evse, at);
    }
    if (random.chance(0.1)) at = yield* housekeeping(random, at);
    at = yield status(evse, 'Occupied', at);
    const tag = `04${random.hex(12).toUpperCase()}`;
    at = yield {
      action: 'Authorize',
      payload: `{"idToken":{"idToken":"${tag}","type":"ISO14443"}}`,
      answer: '{"idTokenInfo":{"status":"Accepted"}}',
    };
    at = yield* session(random, readings, evse, tag, at);
    at = yield status(evse, 'Available', at);
  }
}

function* session(
  random: Random,
  readings: Readings,
  evse: number,
  tag: string,
  at: number,
): Generator<Said, number, number> {
  const transaction = random.uuid();
  let number = 0;
  readings.begin();
  const event = (type: string, trigger: string, more: string, context?: string): Said => {
    const begin = type === 'Started';
    return {
      action: 'TransactionEvent',
      payload: `{"eventType":"${type}","timestamp":"${new Date(at).toISOString()}","triggerReason":"${trigger}","seqNo":${number++},"transactionInfo":{"transactionId":"${transaction}","chargingState":"Charging"${more}},${begin ? `"idToken":{"idToken":"${tag}","type":"ISO14443"},"evse":{"id":${evse},"connectorId":1},` : ''}"meterValue":[{"timestamp":"${new Date(at).toISOString()}","sampledValue":[${readings.v201(context)}]}]}`,
      answer: begin ? '{"idTokenInfo":{"status":"Accepted"}}' : '{}',
      ...(begin ? {} : { connector: evse, transaction }),
    };
  };
  at = yield event('Started', 'Authorized', '', 'Transaction.Begin');
  for (let sample = Math.floor(random.between(10, 35)); sample > 0; sample--) {
    readings.advance(2);
    at = yield event('Updated', 'MeterValuePeriodic', '');
    if (sample % 2 === 0) at = yield clockAligned(readings, evse, at);
    if (sample % 5 === 0) at = yield heartbeat(at);
  }
  at = yield event('Ended', 'EVDeparted', ',"stoppedReason":"EVDisconnected"', 'Transaction.End');
  return at;
}

function* housekeeping(random: Random, at: number): Generator<Said, number, number> {
  if (random.chance(0.5)) {
    at = yield {
      action: 'GetVariables',
      payload:
        '{"getVariableData":[{"component":{"name":"OCPPCommCtrlr"},"variable":{"name":"HeartbeatInterval"}}]}',
      answer:
        '{"getVariableResult":[{"attributeStatus":"Accepted","attributeValue":"900","component":{"name":"OCPPCommCtrlr"},"variable":{"name":"HeartbeatInterval"}}]}',
      fromCsms: true,
    };
  }
  return yield {
    action: 'NotifyEvent',
    payload: `{"generatedAt":"${new Date(at).toISOString()}","seqNo":0,"eventData":[{"eventId":${Math.floor(random.between(1, 99999))},"timestamp":"${new Date(at).toISOString()}","trigger":"Alerting","actualValue":"true","component":{"name":"Connector","evse":{"id":1}},"eventNotificationType":"HardWiredNotification","variable":{"name":"Problem"}}]}`,
    answer: '{}',
  };
}

function boot(random: Random): Said {
  return {
    action: 'BootNotification',
    payload: `{"reason":"PowerUp","chargingStation":{"model":"EX-DC","vendorName":"Example","serialNumber":"EXDC-${random.hex(8)}","firmwareVersion":"4.2.0"}}`,
    answer: '{"currentTime":"2026-03-01T00:00:00.000Z","interval":900,"status":"Accepted"}',
  };
}

function heartbeat(at: number): Said {
  return { action: 'Heartbeat', payload: '{}', answer: `{"currentTime":"${new Date(at).toISOString()}"}` };
}

function clockAligned(readings: Readings, evse: number, at: number): Said {
  return {
    action: 'MeterValues',
    payload: `{"evseId":${evse},"meterValue":[{"timestamp":"${new Date(at).toISOString()}","sampledValue":[${readings.v201('Sample.Clock')}]}]}`,
    answer: '{}',
  };
}

function status(evse: number, state: string, at: number): Said {
  return {
    action: 'StatusNotification',
    payload: `{"timestamp":"${new Date(at).toISOString()}","connectorStatus":"${state}","evseId":${evse},"connectorId":1}`,
    answer: '{}',
  };
}
