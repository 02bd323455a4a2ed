// `jiesuan quote`: what a claim would come to if it were posted now. Nothing is written.

import { postQuote } from '../../../functions/results/contract.ts';
import { reasonsOf } from '../../../functions/results/decision-view.ts';
import type { QuoteView } from '../../../functions/results/quote-claim.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { json, sourceOf } from '../files.ts';
import { parseProvider, type Who } from '../identity.ts';
import { inChina } from '../output/batch.ts';
import { outcomeName } from '../output/names.ts';
import { paperLines } from '../output/paper.ts';
import { form } from '../output/table.ts';

export interface QuoteOptions {
  readonly provider?: string;
  readonly lines?: boolean;
}

/** Quotes a claim. Exit 1 when posting it would not be paid. */
export async function quote(cli: Cli, file: string, { provider, lines }: QuoteOptions): Promise<Exit> {
  const source = await sourceOf(file, cli.io.stdin);
  const { claim, providerId } = claimIn(
    json(source.name, await source.all()),
    provider === undefined ? cli.as?.provider : parseProvider(provider),
  );
  if (providerId === undefined && !cli.ownToken) {
    throw usageError('no-provider', '请用 --provider 指定机构编号。', 'Name the provider with --provider.');
  }
  const as: Who = providerId === undefined ? { role: 'ops' } : { role: 'provider', provider: providerId };
  const quoted = await cli
    .client()
    .json<QuoteView>(postQuote, { as, json: { ...(providerId === undefined ? {} : { providerId }), claim } });
  if (cli.json) await cli.document(quoted);
  else await cli.out.print(...quoteLines(quoted, lines === true, cli.out.paint));
  return quoted.outcome === 'settled' || quoted.outcome === 'repeat' ? EXIT.ok : EXIT.no;
}

/** A claim alone, or a document with the claim and its provider. */
function claimIn(
  value: unknown,
  given: string | undefined,
): { claim: unknown; providerId: string | undefined } {
  const document = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  if (!('claim' in document)) return { claim: value, providerId: given };
  const { claim, providerId } = document;
  return { claim, providerId: given ?? (typeof providerId === 'string' ? providerId : undefined) };
}

function quoteLines(quoted: QuoteView, withLines: boolean, paint: Cli['out']['paint']): string[] {
  const { providerId, claimNo, outcome, repeatOf, steps, lines } = quoted;
  return [
    paint('bold', `预结算 Quote  ${providerId}/${claimNo}`),
    ...form([
      ['结果 outcome', outcomeName(outcome)],
      ['服务日期 served on', quoted.servedOn],
      ['险种 scheme', quoted.scheme],
      ['待遇 benefit', quoted.benefit],
      ['年度 benefit year', quoted.benefitYear],
      ['已有决定 decided before', repeatOf && `${outcomeName(repeatOf.outcome)}  ${repeatOf.batchId}`],
    ]),
    ...paperLines({
      amounts: quoted.amounts ?? repeatOf?.amounts,
      reasons: reasonsOf(quoted),
      steps,
      lines: withLines ? lines : undefined,
    }),
    '',
    ...form([
      ['政策版本 release', quoted.release],
      ['有效至 valid until', inChina(quoted.validUntil)],
      ['预结算号 quoteId', quoted.quoteId],
    ]),
    '预结算未写入账本。单据带上 quoteId 提交，则按此结果结算，否则说明变化而不结算。',
    'Nothing was written. A claim that names the quoteId is settled exactly so, or refused with what changed.',
  ];
}
