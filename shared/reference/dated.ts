// Versions by date: which of several dated versions is in force on a day. Used by catalogue, providers and packs.

/** Something in force from a day until a day (inclusive); open when `to` is missing. */
export interface Dated {
  readonly from: string;
  readonly to?: string | undefined;
}

/** The version in force on a day: the last one that began by then, unless it has ended. */
export function versionOn<T extends Dated>(versions: readonly T[], on: string): T | undefined {
  for (let i = versions.length - 1; i >= 0; i--) {
    const version = versions[i]!;
    if (version.from <= on) return version.to === undefined || on <= version.to ? version : undefined;
  }
  return undefined;
}

/** Versions in order of their first day; two that begin on the same day are an error the schemas report. */
export const inOrder = <T extends Dated>(versions: readonly T[]): T[] =>
  [...versions].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));

/** Zod refinement: no two versions begin on the same day. */
export const beginOnDifferentDays = (versions: readonly Dated[]): boolean =>
  new Set(versions.map(({ from }) => from)).size === versions.length;
