// `jiesuan token`: a token of the local development issuer, alone on stdout so that it can be put into a header.

import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { mintToken, parseDuration, parseProvider, parseWho, type Who } from '../identity.ts';

export interface TokenOptions {
  readonly provider?: string;
  readonly role?: string;
  readonly ttl: string;
}

/** Signs a token and prints it. */
export async function token(cli: Cli, { provider, role, ttl }: TokenOptions): Promise<Exit> {
  const who = whoOf(provider, role) ?? cli.as;
  if (who === undefined) {
    throw usageError(
      'no-identity',
      '请指定 --provider 机构编号，或 --role ops、--role agency。',
      'Give --provider ID, --role ops or --role agency.',
    );
  }
  const { token: signed, exp } = await mintToken(who, parseDuration(ttl), cli.dataDir, cli.io.now());
  const expiresAt = new Date(exp * 1_000).toISOString();
  if (cli.json) await cli.document({ token: signed, ...who, expiresAt });
  else await cli.out.print(signed);
  return EXIT.ok;
}

function whoOf(provider: string | undefined, role: string | undefined): Who | undefined {
  if (provider !== undefined && (role === undefined || role === 'provider'))
    return { role: 'provider', provider: parseProvider(provider) };
  if (provider !== undefined) {
    throw usageError(
      'two-identities',
      '--provider 与 --role 只能用其一。',
      'Give either --provider or --role.',
    );
  }
  return role === undefined ? undefined : parseWho(role);
}
