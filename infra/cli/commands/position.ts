// `jiesuan position`: what a member has used up of deductibles and caps. The member's number is never printed, nor
// anything else that says who it is; --json gives the answer of the API as it is.

import { getPosition } from '../../../functions/results/contract.ts';
import type { PositionView } from '../../../functions/results/position-view.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { sourceOf, utf8 } from '../files.ts';
import { inChina } from '../output/batch.ts';
import { money } from '../output/money.ts';
import { form, table } from '../output/table.ts';

export interface PositionOptions {
  readonly area?: string;
}

/** Prints a position. */
export async function position(cli: Cli, member: string, { area }: PositionOptions): Promise<Exit> {
  const memberId = member === '-' ? await numberFrom(cli) : member;
  if (!/^[A-Za-z0-9]{4,30}$/.test(memberId)) {
    throw usageError(
      'bad-member-number',
      '人员编号为 4 至 30 位字母或数字。',
      "A member's number is 4 to 30 letters or digits.",
    );
  }
  const found = await cli
    .client()
    .json<PositionView>(getPosition, { as: { role: 'ops' }, params: { memberId }, query: { area } });
  if (cli.json) await cli.document(found);
  else await cli.out.print(...positionLines(found, cli.out.paint));
  return EXIT.ok;
}

async function numberFrom(cli: Cli): Promise<string> {
  const source = await sourceOf('-', cli.io.stdin);
  return utf8('stdin', await source.all()).trim();
}

function positionLines(
  { area, seq, asOf, entryHash, enrolment, account, years, stays = [] }: PositionView,
  paint: Cli['out']['paint'],
): string[] {
  const heading = (text: string) => ['', paint('bold', text)];
  const spans = [...(enrolment?.coverage ?? [])];
  return [
    paint('bold', '待遇累计 Position'),
    ...form([
      ['参保地 area', area],
      ['记录数 entries', String(seq)],
      ['截至 as of', inChina(asOf)],
      ['凭证 entry', entryHash],
      [
        '个人账户 account',
        account === undefined
          ? undefined
          : `${account.year}: ${money(account.thisYearFen)} + 历年结余 earlier ${money(account.earlierFen)}`,
      ],
    ]),
    ...(spans.length === 0
      ? []
      : [
          ...heading('参保 Coverage'),
          ...table(
            [
              { header: '起 from', cell: (spell) => spell.from },
              { header: '止 to', cell: (spell) => spell.to ?? '-' },
              { header: '险种 scheme', cell: (spell) => spell.scheme },
              { header: '人员类别 class', cell: (spell) => spell.personClass },
            ],
            spans,
          ).map(indented),
        ]),
    ...Object.entries(years).flatMap(([year, counters]) => [
      ...heading(`${year} 年度累计 used (金额为分，次数为次 fen, or counts)`),
      ...table(
        [
          { header: '计数器 counter', cell: ([name]) => name },
          { header: '累计 used', align: 'right', cell: ([, value]) => String(value) },
        ],
        Object.entries(counters),
      ).map(indented),
    ]),
    ...(stays.length === 0
      ? []
      : [
          ...heading('住院 Recent stays'),
          ...table(
            [
              { header: '入院 admitted', cell: (stay) => stay.admittedOn },
              { header: '出院 discharged', cell: (stay) => stay.dischargedOn },
              { header: '单据 claim', cell: (stay) => `${stay.provider}/${stay.claim}` },
              { header: '级别 level', cell: (stay) => stay.level },
              {
                header: '起付标准 standard',
                align: 'right',
                cell: (stay) => money(stay.deductibleStandardFen),
              },
              { header: '实付起付线 paid', align: 'right', cell: (stay) => money(stay.deductibleFen) },
            ],
            stays,
          ).map(indented),
        ]),
  ];
}

const indented = (line: string): string => `  ${line}`;
