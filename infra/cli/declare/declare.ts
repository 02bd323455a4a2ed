// How commands are declared, for the files beside this one.

import type { Command } from 'commander';
import type { Cli } from '../context.ts';
import type { Exit } from '../exit.ts';

/** Arguments come as typed, options as commander names them; each command states the options that it reads. */
export type Work = (cli: Cli, args: readonly string[], options: never) => Promise<Exit>;

/** How commands are declared. */
export interface Declare {
  readonly program: Command;
  readonly t: Cli['t'];
  /** Adds a command with an example in its help. */
  readonly add: (parent: Command, signature: string, zh: string, en: string, example: string) => Command;
  /** What a command does. */
  readonly does: (command: Command, work: Work) => void;
}
