// Where two texts of entries differ, for people to look.

/** Names of the members that differ between two texts: enough to look, and nobody's data. */
export function differing(expected: string, stored: string): string {
  const names = (a: unknown, b: unknown, path: string, depth: number): string[] => {
    if (JSON.stringify(a) === JSON.stringify(b)) return [];
    const objects = [a, b].every((each) => typeof each === 'object' && each !== null && !Array.isArray(each));
    if (!objects || depth === 0) return [path];
    const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
      names(left[key], right[key], path === '' ? key : `${path}.${key}`, depth - 1),
    );
  };
  try {
    const list = names(JSON.parse(expected), JSON.parse(stored), '', 2);
    return list.length === 0 ? 'order of members' : list.slice(0, 8).join(', ');
  } catch {
    return 'text';
  }
}
