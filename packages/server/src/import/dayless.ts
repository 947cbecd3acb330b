/** Days and years of times that bear none, from the day that was given. */

import { MissingOption } from './format.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** As journals in German have them. */
const GERMAN: Readonly<Record<string, string>> = {
  Mär: 'Mar',
  Mrz: 'Mar',
  Mai: 'May',
  Okt: 'Oct',
  Dez: 'Dec',
};
const HALF_A_DAY = 12;
const HALF_A_YEAR = 6;

/** Goes on to the next day where the clock goes back by half a day. */
export class DayCount {
  #day: string | null;
  #hour = 0;

  constructor(date: string | null) {
    this.#day = date;
  }

  /** `clock` is `HH:MM:SS`. */
  dayOf(clock: string): string {
    if (this.#day === null) {
      throw new MissingOption(
        'date',
        `the times bear no day (${clock}): add --date, such as --date 2026-01-31`,
      );
    }
    const hour = Number(clock.slice(0, 2));
    if (this.#hour - hour >= HALF_A_DAY) this.#day = nextDay(this.#day);
    this.#hour = hour;
    return this.#day;
  }
}

/** Goes on to the next year where the month goes back by half a year. */
export class YearCount {
  #year: number | null;
  #month = 0;

  constructor(date: string | null) {
    this.#year = date === null ? null : Number(date.slice(0, 4));
  }

  /** `month` is `Jan`, also in German, `day` `5` or `05`. */
  dayOf(month: string, day: string, year: string | undefined): string {
    const index = MONTHS.indexOf(GERMAN[month] ?? month);
    const of = year ?? this.#yearOf(index, `${month} ${day}`);
    return `${of}-${String(index + 1).padStart(2, '0')}-${day.trim().padStart(2, '0')}`;
  }

  #yearOf(month: number, shown: string): string {
    if (this.#year === null) {
      throw new MissingOption(
        'date',
        `the times bear no year (${shown}): add --date with the day of the first, such as --date 2026-01-31`,
      );
    }
    if (this.#month - month >= HALF_A_YEAR) this.#year += 1;
    this.#month = month;
    return String(this.#year);
  }
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
