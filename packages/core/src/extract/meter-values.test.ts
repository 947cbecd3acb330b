/** Which samples are read and what they are read as: extraction rules 5.1, 5.3 and 5.6. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, JsonValue } from '../message.ts';
import {
  expectCase,
  findings2,
  findings16,
  metered2,
  metered16,
  meterValue,
  sample2,
  sample16,
} from './extraction-case.ts';

const VALUE = 'request.meterValue[0].sampledValue[0].value';
const UNIT_16 = 'request.meterValue[0].sampledValue[0].unit';
const UNIT_2 = 'request.meterValue[0].sampledValue[0].unitOfMeasure.unit';
const MULTIPLIER = 'request.meterValue[0].sampledValue[0].unitOfMeasure.multiplier';

describe('a usable sample', () => {
  it('has a text in 1.6 and a number in 2.x, and either is read', () => {
    for (const value of ['9.6', 9.6]) {
      assert.deepEqual(metered16(meterValue([sample16('Voltage', value, 'V')])), { extracted_voltage: 9.6 });
      assert.deepEqual(metered2(meterValue([sample2('Voltage', value, { unit: 'V' })])), {
        extracted_voltage: 9.6,
      });
    }
    assert.deepEqual(metered2(meterValue([sample2('Voltage', 12345678901234567890n, { unit: 'mV' })])), {
      extracted_voltage: 12345678901234568,
    });
  });

  it('may have blanks or a decimal comma, with a finding', () => {
    for (const value of [' 9.6', '9.6 ', '9,6']) {
      const sent = meterValue([sample16('Voltage', value, 'V')]);
      assert.deepEqual(metered16(sent), { extracted_voltage: 9.6 });
      assert.deepEqual(findings16(sent), [`number-form ${VALUE}`]);
    }
  });

  it('is no other text and no other type', () => {
    const values: readonly JsonValue[] = [
      '',
      '1,234',
      '1,234.5',
      'NaN',
      'Infinity',
      '0x1F',
      true,
      null,
      {},
      [],
      1e300,
    ];
    for (const value of values) {
      const sent = meterValue([sample16('Voltage', value, 'V')]);
      assert.deepEqual(metered16(sent), {});
      assert.deepEqual(findings16(sent), [`number-unreadable ${VALUE}`]);
    }
    assert.deepEqual(findings16(meterValue([{ measurand: 'Voltage' }])), [`number-unreadable ${VALUE}`]);
  });

  it('is not signed, whatever the case of the format; in 2.x the plain value beside the signed one counts', () => {
    for (const format of ['SignedData', 'signeddata', 'SIGNEDDATA']) {
      const sent = meterValue([sample16('Voltage', '231', 'V', undefined, { format })]);
      assert.deepEqual([metered16(sent), findings16(sent)], [{}, []]);
    }
    const raw = meterValue([sample16('Voltage', '231', 'V', undefined, { format: 'Raw' })]);
    assert.deepEqual(metered16(raw), { extracted_voltage: 231 });
    const format = meterValue([sample2('Voltage', 231, { unit: 'V' }, { format: 'SignedData' })]);
    assert.deepEqual(metered2(format), { extracted_voltage: 231 });
    const signedMeterValue = { signedMeterData: 'AAAA', encodingMethod: 'OCMF' };
    const signed = meterValue([sample2('Voltage', 231, { unit: 'V' }, { signedMeterValue })]);
    assert.deepEqual(metered2(signed), { extracted_voltage: 231 });
  });

  it('does not stand upstream', () => {
    const sent = meterValue([sample2('Voltage', 'x', { unit: 'V' }, { location: 'Upstream' })]);
    assert.deepEqual([metered2(sent), findings2(sent)], [{}, []]);
  });

  it('has a location and a phase that OCPP knows, in any case, or none', () => {
    const with16 = (more: JsonObject) => meterValue([sample16('Voltage', '231', 'V', undefined, more)]);
    for (const more of [
      { location: '' },
      { phase: '' },
      { location: null, phase: null },
      { location: 'outlet' },
    ]) {
      assert.deepEqual(metered16(with16(more)), { extracted_voltage: 231 });
    }
    assert.deepEqual(metered16(with16({ phase: 'l1-n' })), { extracted_voltage_phase1: 231 });
    const place = 'request.meterValue[0].sampledValue[0]';
    for (const [more, finding] of [
      [{ location: 'Grid' }, `location-unknown ${place}.location`],
      [{ phase: 'L4' }, `phase-unknown ${place}.phase`],
      [{ location: 1 }, `value-type ${place}.location`],
      [{ phase: 1 }, `value-type ${place}.phase`],
      [{ measurand: 1 }, `value-type ${place}.measurand`],
    ] as const) {
      assert.deepEqual([metered16(with16(more)), findings16(with16(more))], [{}, [finding]]);
    }
  });

  it('stands in a list of a list, and what does not is reported and skipped', () => {
    const good = sample16('Voltage', '231', 'V');
    const sent = [7, { sampledValue: 'x' }, {}, { sampledValue: [null, good] }];
    assert.deepEqual(metered16(...sent), { extracted_voltage: 231 });
    assert.deepEqual(findings16(...sent), [
      'value-type request.meterValue[0]',
      'value-type request.meterValue[1].sampledValue',
      'value-type request.meterValue[3].sampledValue[0]',
    ]);
    const one = {
      version: '1.6',
      action: 'MeterValues',
      call: { meterValue: { sampledValue: [good] } },
    } as const;
    expectCase(one, {}, ['value-type request.meterValue']);
  });
});

describe('measurands', () => {
  const fed = (measurand: string, unit: string) =>
    Object.keys(metered2(meterValue([sample2(measurand, 5, { unit })])));

  it('feed their field by an exact name, compared without case', () => {
    for (const [measurand, unit, field] of [
      ['Voltage', 'V', 'extracted_voltage'],
      ['Current.Import', 'A', 'extracted_current'],
      ['Current.Export', 'A', 'extracted_current'],
      ['Power.Active.Import', 'W', 'extracted_power'],
      ['Power.Active.Export', 'W', 'extracted_power'],
      ['SoC', 'Percent', 'extracted_state_of_charge'],
      ['Display.PresentSOC', 'Percent', 'extracted_state_of_charge'],
      ['Energy.Active.Import.Register', 'Wh', 'extracted_energy'],
      ['Energy.Active.Export.Register', 'Wh', 'extracted_energy_export'],
      ['Power.Offered', 'W', 'extracted_power_offered'],
      ['Power.Import.Offered', 'W', 'extracted_power_offered'],
      ['Current.Offered', 'A', 'extracted_current_offered'],
      ['Current.Import.Offered', 'A', 'extracted_current_offered'],
      ['Frequency', 'Hz', 'extracted_frequency'],
      ['Temperature', 'Celsius', 'extracted_temperature'],
    ] as const) {
      for (const name of [measurand, measurand.toLowerCase(), measurand.toUpperCase()]) {
        assert.deepEqual(fed(name, unit), [field], name);
      }
    }
  });

  it('with a prefix or suffix more feed nothing', () => {
    for (const measurand of [
      'Voltage.Minimum',
      'Voltage.Maximum',
      'Current.Export.Offered',
      'Current.Import.Minimum',
      'Power.Active.Setpoint',
      'Power.Active.Residual',
      'Power.Export.Offered',
      'Power.Reactive.Import',
      'Display.TargetSOC',
      'Energy.Active.Import.Interval',
      'Energy.Active.Import.CableLoss',
      'Energy.Active.Import.LocalGeneration.Register',
      'Energy.Active.Net',
      'X.Voltage',
      ' Voltage',
      '',
    ]) {
      const sent = meterValue([sample2(measurand, 'x', { unit: 'W' })]);
      assert.deepEqual([metered2(sent), findings2(sent)], [{}, []], measurand);
    }
  });

  it('that are not given are the import register of energy', () => {
    assert.deepEqual(metered16(meterValue([{ value: '1244', unit: 'Wh' }])), { extracted_energy: 1244 });
    assert.deepEqual(metered2(meterValue([{ value: 1244, measurand: null }])), { extracted_energy: 1244 });
  });

  it('show what is displayed of the state of charge only where there is no SoC', () => {
    const percent = { unit: 'Percent' };
    const both = [sample2('SoC', 60, percent), sample2('Display.PresentSOC', 61, percent)];
    assert.deepEqual(metered2(meterValue(both)), { extracted_state_of_charge: 60 });
    assert.deepEqual(metered2(meterValue(both.toReversed())), { extracted_state_of_charge: 60 });
    const unread = [sample2('SoC', 'x', percent), sample2('Display.PresentSOC', 61, percent)];
    assert.deepEqual(metered2(meterValue(unread)), { extracted_state_of_charge: 61 });
  });
});

describe('units', () => {
  const FIELDS = {
    Voltage: 'extracted_voltage',
    'Current.Import': 'extracted_current',
    'Power.Active.Import': 'extracted_power',
    SoC: 'extracted_state_of_charge',
    'Energy.Active.Import.Register': 'extracted_energy',
    Frequency: 'extracted_frequency',
    Temperature: 'extracted_temperature',
  } as const;
  const UNITS = {
    Voltage: { V: 98.6, kV: 98600, mV: 0.0986 },
    'Current.Import': { A: 98.6, mA: 0.0986 },
    'Power.Active.Import': { W: 98.6, kW: 98600, MW: 98600000 },
    SoC: { Percent: 98.6, '%': 98.6 },
    'Energy.Active.Import.Register': { Wh: 98.6, kWh: 98600 },
    Frequency: { Hz: 98.6, mHz: 0.0986 },
    Temperature: { Celsius: 98.6, Celcius: 98.6, Fahrenheit: 37, K: -174.55 },
  } as const;
  const ALL = new Set(Object.values(UNITS).flatMap((units) => Object.keys(units)));
  const UNKNOWN = ['w', 'KW', 'Kwh', 'MWh', 'kA', 'volt', 'VA', 'var', 'varh', 'J', 'percent', ' W', '°C'];

  it('convert within their quantity, exactly, and feed nothing in any other', () => {
    // Object.entries gives up the names; both tables have the same.
    for (const [measurand, units] of Object.entries(UNITS) as [
      keyof typeof UNITS,
      Record<string, number>,
    ][]) {
      for (const unit of [...ALL, ...UNKNOWN]) {
        const sent = [
          [metered16, findings16, sample16(measurand, '98.6', unit), UNIT_16],
          [metered2, findings2, sample2(measurand, 98.6, { unit }), UNIT_2],
        ] as const;
        for (const [metered, found, sample, path] of sent) {
          const value = units[unit];
          const expected =
            value === undefined ? [{}, [`unit-mismatch ${path}`]] : [{ [FIELDS[measurand]]: value }, []];
          assert.deepEqual(
            [metered(meterValue([sample])), found(meterValue([sample]))],
            expected,
            `${measurand} ${unit}`,
          );
        }
      }
    }
  });

  it('that are not given are assumed, with a finding except where the specification gives them', () => {
    for (const [measurand, field] of Object.entries(FIELDS)) {
      const energy = measurand.startsWith('Energy');
      for (const unit of [{}, { unit: '' }, { unit: null }]) {
        const sent16 = meterValue([{ measurand, value: '9.6', ...unit }]);
        assert.deepEqual(metered16(sent16), { [field]: 9.6 });
        assert.deepEqual(
          findings16(sent16),
          energy || measurand === 'Frequency' ? [] : [`unit-assumed ${UNIT_16}`],
          measurand,
        );
        const sent2 = meterValue([sample2(measurand, 9.6, unit)]);
        assert.deepEqual(metered2(sent2), { [field]: 9.6 });
        assert.deepEqual(findings2(sent2), energy ? [] : [`unit-assumed ${UNIT_2}`], measurand);
      }
      assert.deepEqual(metered2(meterValue([sample2(measurand, 9.6)])), { [field]: 9.6 });
    }
  });

  it('of another type are not assumed', () => {
    assert.deepEqual(findings16(meterValue([{ measurand: 'Voltage', value: '1', unit: 5 }])), [
      `value-type ${UNIT_16}`,
    ]);
    const text = meterValue([{ measurand: 'Voltage', value: 1, unitOfMeasure: 'V' }]);
    assert.deepEqual(metered2(text), {});
    assert.deepEqual(findings2(text), ['value-type request.meterValue[0].sampledValue[0].unitOfMeasure']);
  });

  it('have a multiplier in 2.x, a power of ten up to 24 either way', () => {
    const sent = (multiplier: JsonValue, unit = 'W') =>
      meterValue([sample2('Power.Active.Import', 7.2, { unit, multiplier })]);
    for (const [multiplier, power] of [
      [0, 7.2],
      [null, 7.2],
      [3, 7200],
      [-3, 0.0072],
      [24, 7.2e24],
      [-24, 7.2e-24],
    ] as const) {
      assert.deepEqual(
        [metered2(sent(multiplier)), findings2(sent(multiplier))],
        [{ extracted_power: power }, []],
      );
    }
    assert.deepEqual(metered2(sent(-3, 'kW')), { extracted_power: 7.2 });
    for (const multiplier of [25, -25, 1e9, 2n ** 64n]) {
      assert.deepEqual(
        [metered2(sent(multiplier)), findings2(sent(multiplier))],
        [{}, [`multiplier-range ${MULTIPLIER}`]],
      );
    }
    for (const multiplier of [0.5, '3', true, Number.POSITIVE_INFINITY]) {
      assert.deepEqual(
        [metered2(sent(multiplier)), findings2(sent(multiplier))],
        [{}, [`value-type ${MULTIPLIER}`]],
      );
    }
  });

  it('keep every digit of a decimal', () => {
    const energy = (value: string) =>
      metered16(meterValue([sample16('Energy.Active.Import.Register', value, 'kWh')]));
    assert.deepEqual(energy('733.255884'), { extracted_energy: 733255.884 });
    assert.deepEqual(energy('1.005'), { extracted_energy: 1005 });
    assert.deepEqual(metered16(meterValue([sample16('Power.Active.Import', '3.43', 'kW')])), {
      extracted_power: 3430,
    });
  });
});
