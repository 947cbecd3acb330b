/** Which of several samples a field shows: extraction rules 5.2, 5.4, 5.5 and 5.8. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Fields } from '../fields.ts';
import type { JsonObject } from '../message.ts';
import { findings16, metered16, meterValue, sample16 } from './extraction-case.ts';

const EARLY = '2026-01-05T12:00:00Z';
const LATE = '2026-01-05T12:00:01Z';

const voltage = (value: number, more: JsonObject = {}, phase?: string) =>
  sample16('Voltage', String(value), 'V', phase, more);
const power = (value: number, phase?: string, more: JsonObject = {}) =>
  sample16('Power.Active.Import', String(value), 'W', phase, more);
const exported = (value: number, phase?: string, more: JsonObject = {}) =>
  sample16('Power.Active.Export', String(value), 'W', phase, more);
const current = (value: number, phase?: string) => sample16('Current.Import', String(value), 'A', phase);

/** The better sample wins in whichever order the two are sent. */
function wins(better: JsonObject, worse: JsonObject, expected: Fields): void {
  assert.deepEqual(metered16(meterValue([better, worse])), expected);
  assert.deepEqual(metered16(meterValue([worse, better])), expected);
}

describe('the location', () => {
  it('is the outlet or none, then cable, body, inlet and EV', () => {
    const order = ['Outlet', 'Cable', 'Body', 'Inlet', 'EV'];
    for (const [at, better] of order.entries()) {
      for (const worse of order.slice(at + 1)) {
        wins(voltage(1, { location: better }), voltage(2, { location: worse }), { extracted_voltage: 1 });
      }
      if (at > 0) wins(voltage(1), voltage(2, { location: better }), { extracted_voltage: 1 });
    }
  });

  it('of the state of charge is the EV first', () => {
    const soc = (value: number, location?: string) =>
      sample16('SoC', String(value), 'Percent', undefined, location === undefined ? {} : { location });
    wins(soc(60, 'EV'), soc(50), { extracted_state_of_charge: 60 });
    wins(soc(60, 'EV'), soc(50, 'Outlet'), { extracted_state_of_charge: 60 });
    wins(soc(60), soc(50, 'Inlet'), { extracted_state_of_charge: 60 });
  });

  it('comes before the instant, and holds for all fields of a quantity', () => {
    const outlet = meterValue([voltage(1, { location: 'Outlet' }, 'L1')], EARLY);
    const inlet = meterValue(
      [voltage(2, { location: 'Inlet' }, 'L1'), voltage(3, { location: 'Inlet' })],
      LATE,
    );
    assert.deepEqual(metered16(outlet, inlet), { extracted_voltage_phase1: 1 });
    assert.deepEqual(metered16(inlet, outlet), { extracted_voltage_phase1: 1 });
  });

  it('without a usable sample does not count', () => {
    wins(voltage(2, { location: 'Inlet' }), sample16('Voltage', 'NaN', 'V'), { extracted_voltage: 2 });
  });
});

describe('the instant', () => {
  it('is the newest per field, as an instant, and comes before the context', () => {
    const early = meterValue([voltage(1), voltage(2, {}, 'L1')], '2026-01-05T13:30:00+02:00');
    const late = meterValue([voltage(3, { context: 'Other' })], EARLY);
    for (const sent of [
      [early, late],
      [late, early],
    ]) {
      assert.deepEqual(metered16(...sent), { extracted_voltage: 3, extracted_voltage_phase1: 2 });
    }
  });

  it('that cannot be read is the oldest', () => {
    for (const timestamp of ['soon', '', null, 5]) {
      const unread = meterValue([voltage(1)], timestamp);
      const read = meterValue([voltage(2)], '1970-01-01T00:00:00Z');
      assert.deepEqual(metered16(unread, read), { extracted_voltage: 2 });
      assert.deepEqual(metered16(read, unread), { extracted_voltage: 2 });
    }
    assert.deepEqual(metered16(meterValue([voltage(1)], null)), { extracted_voltage: 1 });
  });
});

describe('the context', () => {
  it('is periodic or none, clock, trigger, transaction, interruption, other', () => {
    const order = [
      ['Sample.Periodic', undefined, ''],
      ['Sample.Clock'],
      ['Trigger'],
      ['Transaction.Begin', 'Transaction.End'],
      ['Interruption.Begin', 'Interruption.End'],
      ['Other', 'Unheard.Of'],
    ];
    const by = (value: number, context: string | undefined) =>
      voltage(value, context === undefined ? {} : { context });
    for (const [at, contexts] of order.entries()) {
      for (const better of contexts) {
        for (const worse of order.slice(at + 1).flat())
          wins(by(1, better), by(2, worse), { extracted_voltage: 1 });
        for (const equal of contexts) {
          assert.deepEqual(metered16(meterValue([by(1, better), by(2, equal)])), { extracted_voltage: 1 });
        }
      }
    }
    const sent = meterValue([voltage(1, { context: 5 }), voltage(2, { context: 'Trigger' })]);
    assert.deepEqual(metered16(sent), { extracted_voltage: 2 });
    assert.deepEqual(findings16(sent), ['value-type request.meterValue[0].sampledValue[0].context']);
  });
});

describe('import and export', () => {
  it('are one minus the other at the same instant, location and phase', () => {
    assert.deepEqual(metered16(meterValue([power(500), exported(200.5)])), { extracted_power: 299.5 });
    assert.deepEqual(metered16(meterValue([exported(200.5), power(500)])), { extracted_power: 299.5 });
    assert.deepEqual(metered16(meterValue([power(0.3), exported(0.1)])), { extracted_power: 0.2 });
    assert.deepEqual(metered16(meterValue([power(500, 'L1'), exported(200, 'L2')])), {
      extracted_power: 300,
      extracted_power_phase1: 500,
      extracted_power_phase2: -200,
    });
    const amps = [current(6, 'L1'), sample16('Current.Export', '2', 'A', 'L1-N')];
    assert.deepEqual(metered16(meterValue(amps)), { extracted_current_phase1: 4 });
  });

  it('of different instants or locations do not meet', () => {
    const sent = [meterValue([power(500)], LATE), meterValue([exported(200)], EARLY)];
    assert.deepEqual(metered16(...sent), { extracted_power: 500 });
    const turned = [meterValue([power(500)], EARLY), meterValue([exported(200)], LATE)];
    assert.deepEqual(metered16(...turned), { extracted_power: -200 });
    wins(power(500), exported(200, undefined, { location: 'Inlet' }), { extracted_power: 500 });
  });

  it('alone is its negative if it is the export, and zero has no sign', () => {
    assert.deepEqual(metered16(meterValue([exported(3480)])), { extracted_power: -3480 });
    assert.deepEqual(metered16(meterValue([exported(0)])), { extracted_power: 0 });
  });

  it('stay apart where the import has a sign already, with a finding', () => {
    const sent = meterValue([power(-500), exported(500)]);
    assert.deepEqual(metered16(sent), { extracted_power: -500 });
    assert.deepEqual(findings16(sent), ['negative-import request.meterValue[0].sampledValue[0].value']);
  });
});

describe('phases', () => {
  it('are told by L1 and L1-N alike, and none is the total', () => {
    for (const suffix of ['', '-N']) {
      const sent = [1, 2, 3].map((phase) => voltage(phase, {}, `L${phase}${suffix}`));
      assert.deepEqual(metered16(meterValue([...sent, voltage(9)])), {
        extracted_voltage: 9,
        extracted_voltage_phase1: 1,
        extracted_voltage_phase2: 2,
        extracted_voltage_phase3: 3,
      });
    }
  });

  it('between two lines feed no field', () => {
    const lines = ['L1-L2', 'L2-L3', 'L3-L1'].map((phase) => voltage(400, {}, phase));
    assert.deepEqual(metered16(meterValue(lines)), {});
  });

  it('N alone is the total, with a finding; beside anything of the measurand it is nothing', () => {
    const alone = meterValue([current(15.6, 'N'), voltage(230)]);
    assert.deepEqual(metered16(alone), { extracted_current: 15.6, extracted_voltage: 230 });
    assert.deepEqual(findings16(alone), ['phase-n-only request.meterValue[0].sampledValue[0].value']);
    for (const other of [
      current(1, 'L1'),
      current(1, 'L1-L2'),
      current(1, 'L9'),
      { ...current(1, 'L1'), location: 'Inlet' },
    ]) {
      for (const sent of [
        [current(15.6, 'N'), other],
        [other, current(15.6, 'N')],
      ]) {
        assert.equal(metered16(meterValue(sent)).extracted_current, undefined);
        assert.ok(!findings16(meterValue(sent)).some((finding) => finding.startsWith('phase-n-only')));
      }
    }
    wins(current(1), current(15.6, 'N'), { extracted_current: 1 });
    wins({ ...current(1, 'L1'), location: 'Inlet' }, current(9, 'N'), { extracted_current_phase1: 1 });
    wins(current(7, 'N'), { ...current(9, 'N'), location: 'EV' }, { extracted_current: 7 });
  });
});

describe('totals', () => {
  const phases = (of: (value: number, phase: string) => JsonObject) => [
    of(1.1, 'L1'),
    of(2.2, 'L2'),
    of(3.3, 'L3'),
  ];

  it('of power and energy are the sum of the phases where none is given', () => {
    assert.equal(metered16(meterValue(phases(power))).extracted_power, 6.6);
    for (const [measurand, field] of [
      ['Energy.Active.Import.Register', 'extracted_energy'],
      ['Energy.Active.Export.Register', 'extracted_energy_export'],
    ] as const) {
      const sent = phases((value, phase) => sample16(measurand, String(value), 'kWh', phase));
      assert.deepEqual(metered16(meterValue(sent)), { [field]: 6600 });
    }
    const offered = phases((value, phase) => sample16('Power.Offered', String(value), 'W', phase));
    assert.deepEqual(metered16(meterValue(offered)), { extracted_power_offered: 6.6 });
  });

  it('of current, voltage, charge and frequency are not', () => {
    for (const [measurand, unit] of [
      ['Voltage', 'V'],
      ['Current.Import', 'A'],
      ['Current.Offered', 'A'],
      ['SoC', 'Percent'],
      ['Frequency', 'Hz'],
      ['Temperature', 'Celsius'],
    ] as const) {
      const sent = phases((value, phase) => sample16(measurand, String(value), unit, phase));
      const totals = Object.keys(metered16(meterValue(sent))).filter((name) => !name.includes('phase'));
      assert.deepEqual(totals, [], measurand);
    }
  });

  it('that are given win over the sum, also zero', () => {
    assert.equal(metered16(meterValue([...phases(power), power(0)])).extracted_power, 0);
  });

  it('are summed of one instant only', () => {
    const sent = [meterValue([power(1, 'L1'), power(2, 'L2')], LATE), meterValue([power(4, 'L3')], EARLY)];
    assert.deepEqual(metered16(...sent), {
      extracted_power: 3,
      extracted_power_phase1: 1,
      extracted_power_phase2: 2,
      extracted_power_phase3: 4,
    });
  });

  it('older than the newest phase do not count', () => {
    const sent = [
      meterValue([power(9), current(9)], EARLY),
      meterValue([power(1, 'L1'), current(1, 'L1')], LATE),
    ];
    const expected = { extracted_power: 1, extracted_power_phase1: 1, extracted_current_phase1: 1 };
    assert.deepEqual(metered16(...sent), expected);
    assert.deepEqual(metered16(...sent.toReversed()), expected);
    const newer = [meterValue([power(9)], LATE), meterValue([power(1, 'L1')], EARLY)];
    assert.deepEqual(metered16(...newer), { extracted_power: 9, extracted_power_phase1: 1 });
  });
});

describe('the order of the message', () => {
  it('decides between equals only', () => {
    const sample = fc.record({
      measurand: fc.constantFrom(
        'Voltage',
        'Current.Import',
        'Current.Export',
        'Power.Active.Import',
        'Power.Active.Export',
      ),
      phase: fc.constantFrom('L1', 'L2', 'L3', 'N', 'L1-L2', ''),
      location: fc.constantFrom('Outlet', 'Inlet', 'EV', 'Upstream', 'Moon'),
      context: fc.constantFrom('Sample.Periodic', 'Trigger', 'Other'),
      instant: fc.constantFrom(EARLY, LATE, 'x'),
      value: fc.constantFrom('1', '2.5', '-3', '1e2', 'x'),
      unit: fc.constantFrom('V', 'A', 'W', 'kW'),
    });
    /** Two samples that differ in their value alone are told apart by their order. */
    const distinct = fc.uniqueArray(sample, {
      maxLength: 12,
      selector: ({ measurand, phase, location, context, instant }) =>
        [measurand, phase, location, context, instant].join(),
    });
    const orders = distinct.chain((samples) =>
      fc.tuple(fc.constant(samples), fc.shuffledSubarray(samples, { minLength: samples.length })),
    );
    fc.assert(
      fc.property(orders, ([one, other]) => {
        const send = (samples: typeof one) =>
          samples.map(({ instant, ...rest }) => meterValue([rest], instant));
        assert.deepEqual(metered16(...send(one)), metered16(...send(other)));
        const codes = (samples: typeof one) =>
          findings16(...send(samples))
            .map((text) => text.split(' ')[0])
            .sort();
        assert.deepEqual(codes(one), codes(other));
      }),
      { numRuns: 500 },
    );
  });
});
