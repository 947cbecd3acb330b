/**
 * What a session came to. The order is that of the verdict: the first rule that sees something is it, the others follow
 * as what was seen besides, but for those that speak `otherwise` only. Above `charged` stands what kept energy from
 * flowing, or what it would be billed wrongly by.
 */

import { ATTEMPT_RULES } from './attempt-rules.ts';
import { BESIDE_RULES } from './beside-rules.ts';
import {
  deauthorised,
  emergencyStop,
  faultedCharging,
  noEnergy,
  startFailed,
  stopMissing,
  stoppedFor,
} from './charging.ts';
import { charged, charging, nothingCharged, nothingYet, stoppedByStation } from './endings.ts';
import { noEnergyByError, stoppedByError } from './errors.ts';
import { heldBack, powerGone } from './flow.ts';
import { meterBackwards, registerInKilowattHours, registerWrong } from './metering.ts';
import type { SessionRow, SessionRule } from './rule.ts';
import { stopFailed, stoppedByReset } from './stops.ts';

const CHARGING_RULES: readonly SessionRow[] = [
  {
    id: 'stop-concurrent',
    severity: 'failure',
    sees: 'a transaction whose start was answered ConcurrentTx',
    text: '{what}; {energy}{span}.',
    remedy:
      'End the other session of this card; if there is none, look for a transaction whose stop never arrived.',
    clause: 'OCPP 1.6 4.8 and 7.2, 2.0.1 E05',
    look: (session) => deauthorised(session, true),
  },
  {
    id: 'stop-deauthorised',
    severity: 'failure',
    sees: 'a transaction whose card the CSMS refused, or with the reason DeAuthorized',
    text: '{what}; {energy}{span}.',
    remedy:
      'See why CSMS and station do not agree on this card: the local list or cache of the station may be old.',
    clause: 'OCPP 1.6 4.8 and 7.36, 2.0.1 E05, D01 and N07',
    look: (session) => deauthorised(session, false),
  },
  {
    id: 'stop-emergency',
    severity: 'failure',
    sees: 'the reason EmergencyStop, and no fault with a code of its own',
    text: 'The emergency stop was pressed{more}; {energy}{span}.',
    remedy: 'See that all is well on site, then release the button.',
    clause: 'OCPP 1.6 7.36, 2.0.1 ReasonEnumType',
    look: emergencyStop,
  },
  {
    id: 'stop-power-loss',
    severity: 'failure',
    sees: 'the reason PowerLoss',
    text: 'The station lost its power; {energy}{span}.',
    remedy: 'Look at the supply: fuse, residual-current device, grid.',
    clause: 'OCPP 1.6 7.36, 2.0.1 ReasonEnumType',
    look: (session) => stoppedFor(session, ['PowerLoss']),
  },
  {
    id: 'stop-reset',
    severity: 'failure',
    sees: 'the reason Reboot, HardReset, SoftReset or ImmediateReset, at most 5 minutes after a Reset that the station accepted',
    text: 'The CSMS reset the station in the middle of it ({reason}); {energy}{span}.',
    remedy: 'See who or what reset it in the CSMS; reset stations while nobody charges, with 2.x by OnIdle.',
    clause: 'OCPP 1.6 5.14 and 7.36, 2.0.1 B12',
    look: (session) => stoppedByReset(session, true),
  },
  {
    id: 'stop-reboot',
    severity: 'failure',
    sees: 'the reason Reboot, HardReset, SoftReset or ImmediateReset, and no such Reset in the log',
    text: 'The station restarted in the middle of it ({reason}); {energy}{span}.',
    remedy: 'See who reset it; if nobody did, note firmware and time for the manufacturer.',
    clause: 'OCPP 1.6 7.36, 2.0.1 ReasonEnumType',
    look: (session) => stoppedByReset(session, false),
  },
  {
    id: 'stop-fault',
    severity: 'failure',
    sees: 'Faulted after the start, with no charging after it, up to a minute after the stop where that gives no other cause; or a stop for a fault',
    text: 'A fault came {when}{error}{more}; {energy}{span}.',
    remedy: 'Try again at another connector; if it stays with this one, send a technician with this code.',
    clause: 'OCPP 1.6 7.6, 2.0.1 ReasonEnumType and N07',
    look: faultedCharging,
  },
  {
    id: 'stop-energy-rejected',
    severity: 'failure',
    sees: 'the reason ReqEnergyTransferRejected',
    text: 'The request of the car for energy was rejected (ReqEnergyTransferRejected); {energy}{span}.',
    remedy:
      'Car and station did not agree on how to charge, and nothing is broken: see what the CSMS answered to NotifyEVChargingNeeds, and try by another service of the car, or by card.',
    clause: 'OCPP 2.1 ReasonEnumType, 2.0.1 K15',
    look: (session) => stoppedFor(session, ['ReqEnergyTransferRejected']),
  },
  {
    id: 'stop-error',
    otherwise: true,
    severity: 'failure',
    sees: 'the reason Other, after the connector reported an error with another status than Faulted; OCPP 2.x: after a NotifyEvent of a component of its EVSE that is not well, also with the trigger AbnormalCondition and no reason',
    text: 'The station ended it after it had reported {error}{more}; {energy}{span}.',
    remedy: 'Try again at another connector; if it stays with this one, send a technician with this code.',
    clause: 'OCPP 1.6 7.6 and 7.36, 2.0.1 N07',
    look: stoppedByError,
  },
  {
    id: 'no-energy-error',
    otherwise: true,
    severity: 'failure',
    sees: 'a transaction of 3 minutes or more, at most 10 Wh, and an error reported with another status than Faulted, with OCPP 2.x by NotifyEvent',
    text: 'Nothing was charged in {time}: the connector reported {error}{more}.',
    remedy:
      'EVCommunicationError is between car and station: try again, then another cable or car. Others are for a technician, with this code.',
    clause: 'OCPP 1.6 4.9 and 7.6, 2.0.1 N07',
    look: noEnergyByError,
  },
  {
    id: 'no-energy-car',
    otherwise: true,
    severity: 'failure',
    sees: 'a transaction of 3 minutes or more, at most 10 Wh, and SuspendedEV as the last suspension',
    text: 'The car took nothing in {time}{more}; the station was ready.',
    remedy: 'The car may be full or set to charge later: ask the driver to look there.',
    clause: 'OCPP 1.6 4.9 SuspendedEV, 2.0.1 ChargingStateEnumType',
    look: (session) => noEnergy(session, 'SuspendedEV'),
  },
  {
    id: 'no-energy-station',
    otherwise: true,
    severity: 'failure',
    sees: 'a transaction of 3 minutes or more, at most 10 Wh, and SuspendedEVSE as the last suspension',
    text: 'The station gave nothing in {time}: it held charging back{more}{limit}.',
    remedy: 'Look for a limit of 0: load management, a charging profile, or too little power on site.',
    clause: 'OCPP 1.6 4.9 SuspendedEVSE, 2.0.1 ChargingStateEnumType',
    look: (session) => noEnergy(session, 'SuspendedEVSE'),
  },
  {
    id: 'no-energy',
    otherwise: true,
    severity: 'failure',
    sees: 'a transaction of 3 minutes or more and at most 10 Wh, and nobody said why',
    text: 'The meter did not move in {time}{samples}.',
    remedy: 'Try another car; if its meter stands still too, the station does not charge or does not meter.',
    clause: '',
    look: (session) => noEnergy(session, null),
  },
  {
    id: 'meter-backwards',
    severity: 'failure',
    sees: 'an import register that is lower at the end of a transaction than at its beginning, by more than 2 Wh',
    text: 'The meter ran backwards, from {from} to {to}: do not bill by it.',
    remedy: 'Take the energy from power or from the signed values, and tell the manufacturer.',
    clause: 'OCPP 1.6 7.31, 2.0.1 MeasurandEnumType',
    look: (session) => meterBackwards(session, true),
  },
  {
    id: 'register-in-kwh',
    severity: 'failure',
    sees: 'energy by register that is a thousandth of that by power, within 10 %',
    text: 'Charged {register} by its register and {integral} by its power{span}: kWh are told as Wh.',
    remedy: 'Bill by power or by the signed values, and tell the manufacturer: registers are in Wh.',
    clause: 'OCPP 1.6 6.45 and 6.49, 2.0.1 UnitOfMeasureType',
    look: registerInKilowattHours,
  },
  {
    id: 'register-wrong',
    severity: 'failure',
    sees: 'registers of start and stop between which samples rose by over 100 Wh and twice as much; or that stood while power was told; or most of whose rise is a jump that moving samples and power do not know of',
    text: 'The register says {register}{span}, {others}: do not bill by it.',
    remedy: 'Bill by what agrees, samples, power or signed values, and tell the manufacturer.',
    clause: 'OCPP 1.6 6.45 and 6.49, 2.0.1 MeasurandEnumType',
    look: registerWrong,
  },
  {
    id: 'start-failed',
    severity: 'failure',
    sees: 'OCPP 1.6: a StartTransaction that was answered by an error, and none that got an id later',
    text: 'The CSMS answered the start by an error ({error}): it knows nothing of this session.',
    remedy:
      'See in the CSMS what it could not read or store of this message; the station should send it again.',
    clause: 'OCPP 1.6 4.8, OCPP-J 1.6 4.2.3',
    look: startFailed,
  },
  {
    id: 'stop-failed',
    severity: 'failure',
    sees: 'a StopTransaction, or an Ended, that was answered by an error, and none that was answered otherwise',
    text: 'The CSMS answered the stop by an error ({error}) and may hold this session open; {energy}{span}.',
    remedy:
      'See in the CSMS what it could not read or store of this message, and close the session there by hand.',
    clause: 'OCPP 1.6 4.10, 2.0.1 E06, OCPP-J 1.6 4.2.3',
    look: stopFailed,
  },
  {
    id: 'stop-missing',
    severity: 'failure',
    sees: 'a transaction whose connector is free or used again, or unheard of for 12 hours, and no stop',
    text: 'The end of this transaction {end}; {energy} so far.',
    remedy:
      'See whether the CSMS has its end; otherwise close it there by hand, and see whether the station restarted or lost what it had kept to send.',
    clause: 'OCPP 1.6 4.10, 2.0.1 E06',
    look: stopMissing,
  },
  {
    id: 'held-back',
    severity: 'warning',
    sees: 'SuspendedEVSE until the stop, for 15 minutes and half of the time or more, after energy had flowed',
    text: 'The station held charging back for {held} until the end{more}{limit}; {energy}{span}.',
    remedy: 'Look for a limit of 0: load management, a charging profile, or too little power on site.',
    clause: 'OCPP 1.6 4.9 SuspendedEVSE, 2.0.1 ChargingStateEnumType',
    look: (session) => heldBack(session, true),
  },
  {
    id: 'power-gone',
    severity: 'warning',
    sees: 'three samples or more of no power, or of a register in steps of 100 Wh or less that stands, for the last 15 minutes or more, from half of the highest power or more; Charging as the last status, and no car that was full',
    text: 'Nothing flowed for the last {lasted} though the connector was Charging, after {power}; {energy}{span}.',
    remedy:
      'Ask the driver whether the car had stopped; if not, look at contactor, cable and load management: the station noticed nothing.',
    clause: 'OCPP 1.6 4.9 Charging, 2.0.1 ChargingStateEnumType',
    look: powerGone,
  },
  {
    id: 'stop-other',
    otherwise: true,
    severity: 'warning',
    sees: 'the reason Other, though the car had not stopped taking, and with OCPP 2.x no trigger that says more',
    text: 'The station ended it and gave no cause (Other); {energy}{span}.',
    remedy: 'Ask the driver what happened; look for entries of the station around the stop.',
    clause: 'OCPP 1.6 7.36, 2.0.1 ReasonEnumType',
    look: stoppedByStation,
  },
  {
    id: 'nothing-charged',
    otherwise: true,
    severity: 'warning',
    sees: 'a transaction of less than 3 minutes and at most 10 Wh',
    text: 'Ended after {time} with nothing charged, {end}.',
    remedy: 'Where the driver did not end it, see what station and car reported around the stop.',
    clause: '',
    look: nothingCharged,
  },
  {
    id: 'charged',
    otherwise: true,
    severity: 'note',
    sees: 'a transaction that ended for none of the reasons above',
    text: '{what}, {end}.',
    remedy: '',
    clause: '',
    look: charged,
  },
  {
    id: 'nothing-yet',
    otherwise: true,
    severity: 'warning',
    sees: 'a transaction that has not ended when the log ends, and at most 10 Wh by a meter value 15 minutes or more after its start',
    text: '{what}; {energy} so far.',
    remedy:
      'A car may be set to charge later; otherwise look for a limit of 0, and whether this connector charges others.',
    clause: '',
    look: nothingYet,
  },
  {
    id: 'charging',
    otherwise: true,
    severity: 'note',
    sees: 'a transaction that has not ended when the log ends',
    text: '{what}; {energy} so far.',
    remedy: '',
    clause: '',
    look: charging,
  },
];

export const SESSION_RULES: readonly SessionRule[] = [
  ...ATTEMPT_RULES,
  ...CHARGING_RULES,
  ...BESIDE_RULES,
].map((row) => ({
  ...row,
  about: 'session',
}));
