// The part of cli-progress that is used here; the package brings no types.

declare module 'cli-progress' {
  import type { Writable } from 'node:stream';

  export interface BarParams {
    /** From 0 to 1. */
    readonly progress: number;
    readonly value: number;
    readonly total: number;
  }
  export interface BarOptions {
    stream?: Writable;
    format?: string | ((options: unknown, params: BarParams, payload: unknown) => string);
    hideCursor?: boolean | null;
    clearOnComplete?: boolean;
    fps?: number;
  }
  export class SingleBar {
    constructor(options: BarOptions);
    start(total: number, value: number): void;
    update(value: number): void;
    setTotal(total: number): void;
    getTotal(): number;
    stop(): void;
  }
  const cliProgress: { readonly SingleBar: typeof SingleBar };
  export default cliProgress;
}
