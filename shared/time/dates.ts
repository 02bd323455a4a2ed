// Calendar dates as "YYYY-MM-DD" strings: they compare as text, have no time zone, and read no clock.

import { assert } from '../assert.ts';

/** A real calendar date, "YYYY-MM-DD". Two dates compare with < and >. */
export type LocalDate = string & { readonly unit: 'date' };

const DAY_MS = 86_400_000;

/** Whether a text is a date that exists in the calendar (2026-02-29 is not one). */
export function isLocalDate(text: string): text is LocalDate {
  if (text.length !== 10 || text.charCodeAt(4) !== HYPHEN || text.charCodeAt(7) !== HYPHEN) return false;
  // Digit by digit: a claim has a date on every line, and a pattern took a quarter of the time of checking it.
  const year = yearIn(text);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  return year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

const HYPHEN = 0x2d;

/** The number two digits make; far below zero when one of them is none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1_000_000;
}

const yearIn = (text: string): number => twoDigits(text, 0) * 100 + twoDigits(text, 2);

/** States that a text is a calendar date. */
export function localDate(text: string): LocalDate {
  assert(isLocalDate(text), 'a date is a day of the calendar, YYYY-MM-DD');
  return text;
}

const daysInMonth = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31;

const dayNumber = (date: LocalDate): number =>
  Date.UTC(yearIn(date), twoDigits(date, 5) - 1, twoDigits(date, 8)) / DAY_MS;

/** Whole days from `from` to `to`: 0 on the same day, negative when `to` is earlier. */
export const daysBetween = (from: LocalDate, to: LocalDate): number => dayNumber(to) - dayNumber(from);

/** The date a number of days later (or earlier). */
export const addDays = (date: LocalDate, days: number): LocalDate =>
  new Date((dayNumber(date) + days) * DAY_MS).toISOString().slice(0, 10) as LocalDate;

/** Completed years of age on a day. */
export function ageOn(born: LocalDate, on: LocalDate): number {
  const years = yearIn(on) - yearIn(born);
  return on.slice(5) < born.slice(5) ? years - 1 : years;
}

/** The day a moment falls on in China (UTC+8, no daylight saving since 1991). */
export const dayInChina = (epochMs: number): LocalDate =>
  new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 10) as LocalDate;

/** A calendar month, "YYYY-MM". Two months compare with < and >. */
export type Month = string & { readonly unit: 'month' };

/** Whether a text is a month of the calendar. */
export const isMonth = (text: string): text is Month => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

/** The month a moment falls in in China. */
export const monthInChina = (epochMs: number): Month => dayInChina(epochMs).slice(0, 7) as Month;

/** The first moment after a month in China, epoch milliseconds. */
export const endOfMonth = (month: Month): number =>
  Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1) - 8 * 3_600_000;
