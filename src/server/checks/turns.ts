import { CheckRefused } from './refused';

/** One administrator in two tabs, each of which asks for two things at a time. */
const PER_PERSON = 4;
const TOGETHER = 12;

/** Bounds the checks that run at once in this process; each is a request to somewhere else. */
export class Turns {
  private readonly running = new Map<string, number>();
  private total = 0;

  /** @throws {CheckRefused} at once when too many are running */
  async run<T>(person: string, work: () => Promise<T>): Promise<T> {
    const own = this.running.get(person) ?? 0;
    if (own >= PER_PERSON || this.total >= TOGETHER) {
      throw new CheckRefused(
        429,
        'WECOM_RATE_LIMITED',
        'Too many checks are running at once. Wait until they have ended, then check again.',
      );
    }
    this.running.set(person, own + 1);
    this.total += 1;
    try {
      return await work();
    } finally {
      this.total -= 1;
      const left = (this.running.get(person) ?? 1) - 1;
      if (left > 0) {
        this.running.set(person, left);
      } else {
        this.running.delete(person);
      }
    }
  }
}
