/** One thing that was measured, of one contender, in all rounds. */
export interface Figure {
  readonly part: string;
  /** Under which conditions. */
  readonly case: string;
  readonly contender: string;
  /** What, and in which unit: `orders/s under way`. */
  readonly measure: string;
  readonly values: number[];
}

export type Place = Pick<Figure, 'part' | 'case' | 'contender' | 'measure'>;

/** All that was measured. */
export class Figures {
  readonly all: Figure[] = [];

  add(place: Place, value: number): void {
    const known = this.find(place);
    if (known) known.values.push(value);
    else this.all.push({ ...place, values: [value] });
  }

  find({ part, case: where, contender, measure }: Place): Figure | undefined {
    return this.all.find(
      (one) => one.part === part && one.case === where && one.contender === contender && one.measure === measure,
    );
  }

  /** Undefined if it was not measured. */
  median(place: Place): number | undefined {
    const figure = this.find(place);
    return figure && median(figure.values);
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
