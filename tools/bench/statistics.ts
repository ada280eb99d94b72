/** The value below which a share of the samples lies, between samples interpolated; `share` is 0 to 1. */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new Error('There is nothing to take a quantile of.');
  const sorted = [...samples].sort((one, other) => one - other);
  const position = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return below + (above - below) * (position - Math.floor(position));
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** How far apart the samples are. */
export function range(samples: readonly number[]): number {
  return Math.max(...samples) - Math.min(...samples);
}

/**
 * Whether two series differ by no more than measuring one of them again would: their medians are no further apart than
 * the samples of the one that is compared with.
 */
export function withinNoise(samples: readonly number[], against: readonly number[]): boolean {
  return median(samples) - median(against) <= range(against);
}
