// A member's position as the outside sees it. The member is named by whoever asks; the answer does not repeat it.

import * as z from 'zod';
import { areaOf, type Entry } from '../../shared/ledger/entry.ts';

const fen = z.int();
const counters = z.record(z.string(), z.int());

export const PositionView = z
  .object({
    area: z.string(),
    seq: z.int().meta({ description: "Entries in the member's stream so far" }),
    asOf: z.iso.datetime(),
    entryHash: z.string(),
    enrolment: z
      .object({
        born: z.string().optional(),
        sex: z.enum(['F', 'M']).optional(),
        hasAccount: z.boolean(),
        coverage: z.array(
          z.object({
            from: z.string(),
            to: z.string().optional(),
            scheme: z.string(),
            personClass: z.string(),
          }),
        ),
        facts: z
          .array(
            z.object({
              fact: z.string(),
              value: z.string().optional(),
              from: z.string(),
              to: z.string().optional(),
            }),
          )
          .optional(),
      })
      .optional(),
    account: z
      .object({ year: z.string(), thisYearFen: fen, earlierFen: fen })
      .optional()
      .meta({ description: '个人账户' }),
    years: z.record(z.string(), counters).meta({
      description: 'Per benefit year: what has been used of deductibles and caps (fen), and counts',
    }),
    stays: z
      .array(
        z.object({
          claim: z.string(),
          provider: z.string(),
          level: z.string(),
          admittedOn: z.string(),
          dischargedOn: z.string(),
          deductibleStandardFen: fen,
          deductibleFen: fen,
          interim: z.boolean().optional(),
        }),
      )
      .optional()
      .meta({ description: 'Recent stays that later claims may refer to' }),
  })
  .meta({ id: 'Position', description: "What deciding the member's next claim starts from" });
export type PositionView = z.infer<typeof PositionView>;

/** The position after an entry, as the API shows it. */
export function positionView({ place, body, hash }: Entry): PositionView {
  const { enrolment, account, years, stays } = body.position;
  return {
    area: areaOf(place.stream),
    seq: place.seq,
    asOf: new Date(body.at).toISOString(),
    entryHash: hash,
    ...(enrolment
      ? { enrolment: structuredClone(enrolment) as unknown as NonNullable<PositionView['enrolment']> }
      : {}),
    ...(account
      ? { account: { year: account.year, thisYearFen: account.thisYear, earlierFen: account.earlier } }
      : {}),
    years: structuredClone(years),
    ...(stays
      ? {
          stays: stays.map(
            ({
              claim,
              provider,
              level,
              admittedOn,
              dischargedOn,
              deductibleStandard,
              deductible,
              interim,
            }) => ({
              claim,
              provider,
              level,
              admittedOn,
              dischargedOn,
              deductibleStandardFen: deductibleStandard,
              deductibleFen: deductible,
              ...(interim ? { interim } : {}),
            }),
          ),
        }
      : {}),
  };
}
