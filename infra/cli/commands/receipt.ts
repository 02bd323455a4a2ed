// `jiesuan receipt`: a proof of one entry that can be kept and checked elsewhere; `jiesuan verify receipt` checks one
// offline, and says as plainly what it does not prove.

import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { claimKeyOf } from '../../../shared/batch/batch.ts';
import { holderOf } from '../../../shared/ledger/append.ts';
import type { Entry, EntryPlace } from '../../../shared/ledger/entry.ts';
import { readAnchor, sealedDays } from '../../../shared/reconciliation/read-anchors.ts';
import {
  checkReceipt,
  makeReceipt,
  type Receipt,
  type ReceiptFault,
} from '../../../shared/reconciliation/receipt.ts';
import { type Books, openBooks } from '../books.ts';
import { parseClaimName } from '../claim-name.ts';
import type { Cli } from '../context.ts';
import { cliError, EXIT, type Exit, usageError } from '../exit.ts';
import { form } from '../output/table.ts';
import { writeTo } from '../sink.ts';

export interface ReceiptOptions {
  readonly out?: string;
}

/** Makes the receipt of what a claim stands as, or of its last decision. */
export async function receipt(
  cli: Cli,
  names: readonly string[],
  { out = `receipt-${names.join('-').replaceAll('/', '-')}.json` }: ReceiptOptions,
): Promise<Exit> {
  const { providerId, claimNo } = parseClaimName(names);
  const claimKey = claimKeyOf(providerId, claimNo);
  const books = await openBooks(cli);
  try {
    const stream = (await books.batches.holders([claimKey])).get(claimKey)?.stream;
    const entries = stream === undefined ? [] : await books.ledger.byClaim(stream, claimKey);
    const entry = holderOf(entries) ?? entries.at(-1);
    if (!entry)
      throw cliError(
        EXIT.no,
        'no-entry',
        { zh: '没有该单据的分录', en: 'No entry' },
        { zh: '该单据尚无决定。', en: 'Nothing is decided about this claim.' },
      );
    const made = makeReceipt(
      entry,
      await wholeStream(books, entry.place.stream),
      await anchorFor(books, entry.place),
    );
    async function* text() {
      yield `${JSON.stringify(made, undefined, 2)}\n`;
    }
    await writeTo(cli, out, text());
    await cli.err.print(
      cli.t(
        '凭证含分录原文，包括参保人的累计与出生日期：只交给有权查看的人。',
        "It holds the entry as it is stored, with the member's position and day of birth: for those only who may see that.",
      ),
    );
    if (made.sealed === undefined)
      await cli.err.print(
        cli.t(
          '该分录之后尚未封存：凭证只含其哈希，封存后请重新生成。',
          'No day has been sealed since: the receipt has the hash alone. Make it again after the next seal.',
        ),
      );
    return EXIT.ok;
  } finally {
    await books.close();
  }
}

async function wholeStream(books: Books, stream: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let from: number | undefined = 1; from !== undefined; ) {
    const page: Awaited<ReturnType<Books['ledger']['stream']>> = await books.ledger.stream(stream, from, 500);
    entries.push(...page.items);
    from = page.next === undefined ? undefined : Number(page.next);
  }
  return entries;
}

/** The newest seal that has the entry. A provider who kept an older root may ask for a receipt again. */
async function anchorFor(books: Books, { stream, seq }: EntryPlace) {
  const [newest] = await sealedDays(books.sealed);
  const anchor = newest === undefined ? undefined : await readAnchor(books.sealed, newest);
  const at = anchor?.heads.indexOf(stream) ?? -1;
  return anchor && at >= 0 && anchor.heads.at(at).seq >= seq ? anchor : undefined;
}

export interface VerifyReceiptOptions {
  readonly root?: string;
}

const Step = z.tuple([z.enum(['left', 'right']), z.string()]);
const ReceiptFile = z.object({
  format: z.literal('jiesuan-receipt/1'),
  place: z.object({
    stream: z.string(),
    seq: z.int(),
    claimKey: z.string(),
    batchId: z.string(),
    batchIndex: z.int(),
    shard: z.int(),
    prev: z.string(),
  }),
  text: z.string(),
  hash: z.string(),
  sealed: z
    .object({
      day: z.string(),
      root: z.string(),
      inStream: z.array(Step),
      leaf: z.object({
        stream: z.string(),
        seq: z.int(),
        head: z.string(),
        entries: z.string(),
        salt: z.string(),
      }),
      inDay: z.array(Step),
    })
    .optional(),
});

/** Checks a receipt without any server. Exit 1 when it does not hold. */
export async function verifyReceipt(cli: Cli, file: string, { root }: VerifyReceiptOptions): Promise<Exit> {
  const read = await readReceipt(file);
  const faults = checkReceipt(read, root);
  if (cli.json) await cli.document({ holds: faults.length === 0, faults, sealed: read.sealed?.day });
  else await cli.out.print(...verdictLines(cli, read, faults, root !== undefined));
  return faults.length === 0 ? EXIT.ok : EXIT.no;
}

async function readReceipt(file: string): Promise<Receipt> {
  try {
    const { sealed, ...rest } = ReceiptFile.parse(JSON.parse(await readFile(file, 'utf8')));
    return { ...rest, ...(sealed ? { sealed } : {}) };
  } catch {
    throw usageError(
      'not-a-receipt',
      `${file} 不是可读取的结算凭证（jiesuan-receipt/1）。`,
      `${file} is not a receipt that can be read (jiesuan-receipt/1).`,
    );
  }
}

const FAULTS: Readonly<Record<ReceiptFault, readonly [zh: string, en: string]>> = {
  hash: ['分录内容与其哈希不符', 'the entry is not what its hash says'],
  'path-in-stream': ['分录不在所封存的链中', 'the entry is not in the stream that was sealed'],
  leaf: ['封存的是另一条链', 'the leaf is that of another stream, or of an earlier moment'],
  'path-in-day': ['该链不在当日的根之下', 'the stream is not under the root of the day'],
  'root-not-the-published-one': ['与所给的根不同', 'its root is not the one given'],
};

function verdictLines(
  cli: Cli,
  { place, hash, sealed }: Receipt,
  faults: readonly ReceiptFault[],
  rootGiven: boolean,
): string[] {
  const { t } = cli;
  const { paint } = cli.out;
  return [
    faults.length === 0
      ? paint('green', t('凭证自身一致。', 'The receipt is consistent.'))
      : paint('red', t('凭证不成立：', 'The receipt does NOT hold:')),
    ...faults.map((fault) => `- ${t(...FAULTS[fault])}`),
    ...form([
      ['单据 claim', place.claimKey],
      ['批次 batch', `${place.batchId} ${place.batchIndex}`],
      ['凭证 entry', hash],
      ['封存日 sealed on', sealed?.day],
      ['根 root', sealed?.root],
    ]),
    '',
    t('它不证明：', 'What it does not prove:'),
    ...(rootGiven
      ? []
      : [
          t(
            '- 该根就是经办机构公布的那一个：请用 --root 给出你另行取得的根。',
            '- that this root is the one that was published: give the one you have from elsewhere with --root.',
          ),
        ]),
    ...(sealed
      ? []
      : [t('- 分录至今未被改动：它尚未被封存。', '- that the entry still stands: it is not sealed yet.')]),
    t(
      '- 结算正确：只证明记录了什么；“jiesuan explain”按政策重新计算。',
      '- that the decision is right, only what was recorded; `jiesuan explain` computes it again under the policy.',
    ),
    t(
      '- 此后未被冲正或调整：后来的分录不在其中。',
      '- that it was not reversed or adjusted since: later entries are not in it.',
    ),
    t('- 款项已支付。', '- that anything was paid.'),
  ];
}
