/** Units of measure that OCPP lists: OCPP 2.0.1 Part 2 Appendix 2, those of 2.1 and of this program besides. */

const STANDARD: ReadonlySet<string> = new Set(
  `A ASU B Celsius Char dB dBm Deg Fahrenheit Hz K kPa kvar kvarh kVA kVAh kW kWh lx m ms2 N Ohm Percent RH RPM s V VA
  VAh var varh W Wh mV kV mA MW mHz % min h cm mm`.split(/\s+/),
);

export function isStandardUnit(unit: string): boolean {
  return STANDARD.has(unit);
}
