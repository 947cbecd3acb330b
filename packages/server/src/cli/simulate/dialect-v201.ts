/** A station that speaks OCPP 2.0.1. */

import type { JsonObject } from '@ocpp-logs/core';
import type { Reading } from './charging.ts';
import {
  type Ask,
  type BootReason,
  bootAnswer,
  type ConnectorState,
  type Dialect,
  now,
  type Session,
  statusIn,
  type Trigger,
} from './dialect.ts';
import { quantitiesOf } from './meter-values.ts';
import type { EndCause, Fault, StationModel } from './station-model.ts';

/** Why it ended and what was seen of it (OCPP 2.0.1 E06 to E11). */
const REASONS: Readonly<Record<EndCause, { readonly stopped: string; readonly trigger: string }>> = {
  tag: { stopped: 'Local', trigger: 'StopAuthorized' },
  unplugged: { stopped: 'EVDisconnected', trigger: 'EVCommunicationLost' },
  vehicle: { stopped: 'StoppedByEV', trigger: 'ChargingStateChanged' },
  remote: { stopped: 'Remote', trigger: 'RemoteStop' },
  unlock: { stopped: 'Other', trigger: 'UnlockCommand' },
  fault: { stopped: 'Other', trigger: 'AbnormalCondition' },
  refused: { stopped: 'DeAuthorized', trigger: 'Deauthorized' },
  power_loss: { stopped: 'PowerLoss', trigger: 'AbnormalCondition' },
  soft_reset: { stopped: 'ImmediateReset', trigger: 'ResetCommand' },
  hard_reset: { stopped: 'ImmediateReset', trigger: 'ResetCommand' },
};

/** Faults that have a reason of their own. */
const FAULT_REASONS = new Map<Fault['code'] | undefined, string>([
  ['GroundFailure', 'GroundFault'],
  ['OverCurrentFailure', 'OvercurrentFault'],
]);

const STATUS: Readonly<Record<ConnectorState, string>> = {
  available: 'Available',
  occupied: 'Occupied',
  unavailable: 'Unavailable',
  faulted: 'Faulted',
};

export class DialectV201 implements Dialect {
  readonly #model: StationModel;
  readonly #ask: Ask;
  readonly #told = new Map<number, string>();
  #events = 0;

  constructor(model: StationModel, ask: Ask) {
    this.#model = model;
    this.#ask = ask;
  }

  async boot(reason: BootReason) {
    const { vendor, model, serial, firmware } = this.#model;
    return bootAnswer(
      await this.#ask('BootNotification', {
        reason,
        chargingStation: { model, vendorName: vendor, serialNumber: serial, firmwareVersion: firmware },
      }),
    );
  }

  async heartbeat() {
    await this.#ask('Heartbeat', {});
  }

  async status(connector: number, state: ConnectorState, fault?: Fault) {
    if (connector === 0) return; // OCPP 2.0.1: connectors have a status, the station has none.
    if (fault !== undefined) await this.#event(connector, 'Problem', 'true', fault.vendorCode, fault.text);
    if (this.#told.get(connector) === STATUS[state]) return;
    this.#told.set(connector, STATUS[state]);
    await this.statusAgain(connector);
  }

  async statusAgain(connector: number) {
    const connectorStatus = this.#told.get(connector);
    if (connectorStatus === undefined) return;
    await this.#ask('StatusNotification', {
      timestamp: now(),
      connectorStatus,
      evseId: connector,
      connectorId: 1,
    });
  }

  async plugIn(session: Session) {
    await this.status(session.connector, 'occupied');
    session.transaction = session.id;
    const started = { chargingState: 'EVConnected', ...remoteStart(session) };
    const evse = { id: session.connector, connectorId: 1 };
    await this.#transaction(session, 'Started', 'CablePluggedIn', started, { evse });
  }

  async authorize(session: Session) {
    const answer = await this.#ask('Authorize', { idToken: token(session) });
    return statusIn(answer, 'idTokenInfo') === 'Accepted';
  }

  async refuse(session: Session) {
    await this.#event(0, 'Problem', 'true', 'LOCAL_LIST', `Token ${session.tag} is blocked here`);
    await this.#transaction(session, 'Ended', 'Deauthorized', { stoppedReason: 'DeAuthorized' });
    session.transaction = null;
  }

  async begin(session: Session, reading: Reading) {
    const trigger = session.remoteStartId === null ? 'Authorized' : 'RemoteStart';
    const idToken = token(session);
    const answer = await this.#transaction(session, 'Updated', trigger, remoteStart(session), { idToken });
    const meterValue = [meterValueOf(reading, 'Transaction.Begin', true)];
    const charging = { chargingState: 'Charging' };
    await this.#transaction(session, 'Updated', 'ChargingStateChanged', charging, { meterValue });
    return statusIn(answer, 'idTokenInfo') === 'Accepted';
  }

  async measure(session: Session, reading: Reading, trigger: Trigger) {
    if (session.transaction === null) return;
    const periodic = trigger === 'periodic';
    const meterValue = [meterValueOf(reading, periodic ? 'Sample.Periodic' : 'Trigger')];
    const charging = { chargingState: reading.power > 0 ? 'Charging' : 'SuspendedEV' };
    const reason = periodic ? 'MeterValuePeriodic' : 'Trigger';
    await this.#transaction(session, 'Updated', reason, charging, { meterValue });
  }

  async pause(session: Session, paused: boolean) {
    const charging = { chargingState: paused ? 'SuspendedEV' : 'Charging' };
    await this.#transaction(session, 'Updated', 'ChargingStateChanged', charging);
  }

  async end(session: Session, cause: EndCause, reading: Reading) {
    if (session.transaction === null) return;
    const { stopped, trigger } = REASONS[cause];
    await this.#transaction(
      session,
      'Ended',
      trigger,
      {
        chargingState: cause === 'unplugged' ? 'Idle' : 'EVConnected',
        stoppedReason: FAULT_REASONS.get(session.fault?.code) ?? stopped,
      },
      {
        meterValue: [meterValueOf(reading, 'Transaction.End')],
        ...(cause === 'tag' ? { idToken: token(session) } : {}),
      },
    );
    session.transaction = null;
  }

  async transfer(text: string) {
    await this.#ask('DataTransfer', { vendorId: this.#model.vendor, messageId: 'diagnosis', data: text });
  }

  #transaction(
    session: Session,
    eventType: 'Started' | 'Updated' | 'Ended',
    triggerReason: string,
    about: JsonObject,
    more: JsonObject = {},
  ): Promise<JsonObject | null> {
    const seqNo = session.seqNo;
    session.seqNo += 1;
    return this.#ask('TransactionEvent', {
      eventType,
      timestamp: now(),
      triggerReason,
      seqNo,
      transactionInfo: { transactionId: String(session.transaction), ...about },
      ...more,
    });
  }

  /** OCPP 2.0.1 N07. */
  async #event(connector: number, variable: string, actualValue: string, techCode: string, techInfo: string) {
    this.#events += 1;
    const component =
      connector === 0
        ? { name: 'TokenReader' }
        : { name: 'Connector', evse: { id: connector, connectorId: 1 } };
    await this.#ask('NotifyEvent', {
      generatedAt: now(),
      seqNo: 0,
      eventData: [
        {
          eventId: this.#events,
          timestamp: now(),
          trigger: 'Alerting',
          actualValue,
          techCode,
          techInfo,
          eventNotificationType: 'HardWiredNotification',
          component,
          variable: { name: variable },
        },
      ],
    });
  }
}

function token(session: Session): JsonObject {
  return { idToken: session.tag, type: 'ISO14443' };
}

function remoteStart(session: Session): JsonObject {
  return session.remoteStartId === null ? {} : { remoteStartId: session.remoteStartId };
}

function meterValueOf(reading: Reading, context: string, energyOnly = false): JsonObject {
  return {
    timestamp: now(),
    sampledValue: quantitiesOf(reading, energyOnly).map(
      ({ measurand, value, unit, places, phase, location }) => ({
        value: Number(value.toFixed(places)),
        context,
        measurand,
        ...(phase === undefined ? {} : { phase }),
        ...(location === undefined ? {} : { location }),
        unitOfMeasure: { unit },
      }),
    ),
  };
}
