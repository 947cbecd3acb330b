/** A station that speaks OCPP 1.6. */

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

/** OCPP 1.6 7.36. */
const REASONS: Readonly<Record<EndCause, string>> = {
  tag: 'Local',
  unplugged: 'EVDisconnected',
  vehicle: 'Other',
  remote: 'Remote',
  unlock: 'UnlockCommand',
  fault: 'Other',
  refused: 'DeAuthorized',
  power_loss: 'PowerLoss',
  soft_reset: 'SoftReset',
  hard_reset: 'HardReset',
};

const STATUS: Readonly<Record<ConnectorState, string>> = {
  available: 'Available',
  occupied: 'Preparing',
  unavailable: 'Unavailable',
  faulted: 'Faulted',
};

export class DialectV16 implements Dialect {
  readonly #model: StationModel;
  readonly #ask: Ask;
  readonly #told = new Map<number, JsonObject>();

  constructor(model: StationModel, ask: Ask) {
    this.#model = model;
    this.#ask = ask;
  }

  async boot(_reason: BootReason) {
    const { vendor, model, serial, firmware } = this.#model;
    return bootAnswer(
      await this.#ask('BootNotification', {
        chargePointVendor: vendor,
        chargePointModel: model,
        chargePointSerialNumber: serial,
        firmwareVersion: firmware,
        meterType: `${vendor} M3`,
        meterSerialNumber: `${serial}-M`,
      }),
    );
  }

  async heartbeat() {
    await this.#ask('Heartbeat', {});
  }

  async status(connector: number, state: ConnectorState, fault?: Fault) {
    const error =
      fault === undefined
        ? {}
        : { info: fault.text, vendorId: this.#model.vendor, vendorErrorCode: fault.vendorCode };
    await this.#tell(connector, STATUS[state], fault?.code ?? 'NoError', error);
  }

  async statusAgain(connector: number) {
    const told = this.#told.get(connector);
    if (told !== undefined) await this.#ask('StatusNotification', { ...told, timestamp: now() });
  }

  async plugIn(session: Session) {
    await this.#tell(session.connector, 'Preparing');
  }

  async authorize(session: Session) {
    return statusIn(await this.#ask('Authorize', { idTag: session.tag }), 'idTagInfo') === 'Accepted';
  }

  async refuse(session: Session) {
    // OCPP 1.6 7.7: the CSMS's word conflicts with the local authorization list.
    await this.#tell(session.connector, 'Preparing', 'LocalListConflict', {
      info: `Tag ${session.tag} is blocked here`,
    });
  }

  async begin(session: Session, reading: Reading) {
    const answer = await this.#ask('StartTransaction', {
      connectorId: session.connector,
      idTag: session.tag,
      meterStart: Math.round(reading.energy),
      timestamp: now(),
    });
    const transaction = answer?.transactionId;
    if (typeof transaction !== 'number') return false;
    session.transaction = transaction;
    await this.#tell(session.connector, 'Charging');
    return statusIn(answer, 'idTagInfo') === 'Accepted';
  }

  async measure(session: Session, reading: Reading, trigger: Trigger) {
    await this.#ask('MeterValues', {
      connectorId: session.connector,
      ...(typeof session.transaction === 'number' ? { transactionId: session.transaction } : {}),
      meterValue: [meterValue(reading, trigger === 'periodic' ? 'Sample.Periodic' : 'Trigger')],
    });
  }

  async pause(session: Session, paused: boolean) {
    await this.#tell(session.connector, paused ? 'SuspendedEV' : 'Charging');
  }

  async end(session: Session, cause: EndCause, reading: Reading) {
    if (typeof session.transaction === 'number') {
      await this.#ask('StopTransaction', {
        transactionId: session.transaction,
        ...(cause === 'tag' ? { idTag: session.tag } : {}),
        meterStop: Math.round(reading.energy),
        timestamp: now(),
        reason: REASONS[cause],
        transactionData: [meterValue(reading, 'Transaction.End', true)],
      });
      session.transaction = null;
    }
    if (cause !== 'fault') await this.#tell(session.connector, 'Finishing');
  }

  async transfer(text: string) {
    await this.#ask('DataTransfer', { vendorId: this.#model.vendor, messageId: 'diagnosis', data: text });
  }

  async #tell(connector: number, status: string, errorCode = 'NoError', more: JsonObject = {}) {
    const told = { connectorId: connector, errorCode, status, ...more };
    this.#told.set(connector, told);
    await this.#ask('StatusNotification', { ...told, timestamp: now() });
  }
}

function meterValue(reading: Reading, context: string, energyOnly = false): JsonObject {
  return {
    timestamp: now(),
    sampledValue: quantitiesOf(reading, energyOnly).map(
      ({ measurand, value, unit, places, phase, location }) => ({
        value: value.toFixed(places),
        context,
        measurand,
        ...(phase === undefined ? {} : { phase }),
        ...(location === undefined ? {} : { location }),
        unit,
      }),
    ),
  };
}
