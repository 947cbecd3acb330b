/**
 * Of all samples of a quantity those that its fields show: the best location first, then per field the newest instant,
 * then the context, then the first. Source: extraction rules 5.2, 5.4, 5.5 and 5.8.
 */

import type { Finding } from '../finding.ts';
import { add, type Decimal, isNegative, negate, subtract, toNumber } from './decimal.ts';
import type { Measurand, Quantity } from './measurands.ts';
import type { MutableFields } from './mutable-fields.ts';
import { NEUTRAL, TOTAL } from './places.ts';
import { report } from './report.ts';
import type { Sample } from './sample.ts';

type Slots = [Sample | undefined, Sample | undefined, Sample | undefined, Sample | undefined];

/** What was seen of one quantity on one side; samples come in the order of the message. */
interface Side {
  /** Total and phases 1 to 3. */
  slots: Slots;
  neutral: Sample | undefined;
  besideNeutral: boolean;
}

export interface Choice {
  readonly quantity: Quantity;
  /** Of all that is in the slots. */
  location: number;
  readonly import: Side;
  readonly export: Side;
}

export function newChoice(quantity: Quantity): Choice {
  return { quantity, location: Number.POSITIVE_INFINITY, import: newSide(), export: newSide() };
}

function newSide(): Side {
  return { slots: noSlots(), neutral: undefined, besideNeutral: false };
}

/** With room for all: an empty list grows to room for 17. */
function noSlots(): Slots {
  return [undefined, undefined, undefined, undefined];
}

/** A neutral value is a total only where the measurand has nothing else, whatever became of that. */
export function noteSlot(choice: Choice, side: Measurand['side'], slot: number): void {
  if (slot !== NEUTRAL) choice[side].besideNeutral = true;
}

export function offer(choice: Choice, side: Measurand['side'], sample: Sample): void {
  const to = choice[side];
  if (sample.slot === NEUTRAL) {
    const known = to.neutral;
    if (known === undefined || sample.location < known.location) to.neutral = sample;
    else if (sample.location === known.location && isBetter(sample, known)) to.neutral = sample;
    return;
  }
  if (sample.location > choice.location) return;
  if (sample.location < choice.location) {
    choice.location = sample.location;
    if (choice.location !== Number.POSITIVE_INFINITY) {
      choice.import.slots = noSlots();
      choice.export.slots = noSlots();
    }
  }
  const known = to.slots[sample.slot];
  if (known === undefined || isBetter(sample, known)) to.slots[sample.slot] = sample;
}

function isBetter(sample: Sample, known: Sample): boolean {
  return sample.instant === known.instant ? sample.context < known.context : sample.instant > known.instant;
}

interface Reading {
  readonly value: Decimal;
  readonly instant: number;
}

/** `where` is the path of the meter values. */
export function show(choice: Choice, where: string, fields: MutableFields, findings: Finding[]): void {
  takeNeutral(choice, 'import', where, findings);
  takeNeutral(choice, 'export', where, findings);
  const one = net(choice, 1, where, findings);
  const two = net(choice, 2, where, findings);
  const three = net(choice, 3, where, findings);
  const { total: field, phases, adds } = choice.quantity;
  if (phases !== null) {
    if (one !== undefined) fields[phases[0]] = toNumber(one.value);
    if (two !== undefined) fields[phases[1]] = toNumber(two.value);
    if (three !== undefined) fields[phases[2]] = toNumber(three.value);
  }
  const newest = newestOf(newestOf(one, two), three);
  const total = net(choice, TOTAL, where, findings);
  if (total !== undefined && (newest === undefined || total.instant >= newest.instant)) {
    fields[field] = toNumber(total.value);
  } else if (newest !== undefined && adds) {
    let sum: Decimal = { coefficient: 0, exponent: 0 };
    for (const phase of [one, two, three]) {
      if (phase?.instant === newest.instant) sum = add(sum, phase.value);
    }
    fields[field] = toNumber(sum);
  }
}

function takeNeutral(choice: Choice, side: Measurand['side'], where: string, findings: Finding[]): void {
  const { neutral, besideNeutral } = choice[side];
  if (neutral === undefined || besideNeutral) return;
  report(findings, 'phase-n-only', valuePath(where, neutral));
  offer(choice, side, { ...neutral, slot: TOTAL });
}

/** Import less export of one instant. */
function net(choice: Choice, slot: number, where: string, findings: Finding[]): Reading | undefined {
  const imported = choice.import.slots[slot];
  const exported = choice.export.slots[slot];
  if (imported === undefined || (exported !== undefined && exported.instant > imported.instant)) {
    return exported === undefined ? undefined : { value: negate(exported.value), instant: exported.instant };
  }
  if (choice.quantity.netted && isNegative(imported.value)) {
    // A station that signs its import has taken the export off it already.
    report(findings, 'negative-import', valuePath(where, imported));
    return imported;
  }
  return exported?.instant === imported.instant
    ? { value: subtract(imported.value, exported.value), instant: imported.instant }
    : imported;
}

function newestOf(a: Reading | undefined, b: Reading | undefined): Reading | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.instant > a.instant ? b : a;
}

function valuePath(where: string, { element, sample }: Sample): string {
  return `${where}[${element}].sampledValue[${sample}].value`;
}
