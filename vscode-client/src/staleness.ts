// A result computed for version n of a document is never applied to version m.

/** A document as it was when a result for it was shown. */
export interface Base {
  uri: string;
  version: number;
  text: string;
}

/** The first document that is no longer what the result was computed for, or undefined. */
export function firstStale(bases: readonly Base[], now: readonly (Base | undefined)[]): Base | undefined {
  return bases.find((base, index) => {
    const current = now[index];
    return current?.version !== base.version || current.text !== base.text;
  });
}
