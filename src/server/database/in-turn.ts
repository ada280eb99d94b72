/** Whoever waits in line behind something that hangs goes on after this time; the database decides in any case. */
const LONGEST_WAIT_MS = 15 * 1000;

/**
 * Lets work of one name run one after the other, within one process. The host's lock manager keeps a lock for every name
 * that it ever saw; here a name is forgotten when nobody waits for it any more.
 */
export class InTurn {
  private readonly last = new Map<string, Promise<unknown>>();

  /** @param longestWait milliseconds */
  constructor(private readonly longestWait = LONGEST_WAIT_MS) {}

  /** How many names somebody has the turn of. */
  get names(): number {
    return this.last.size;
  }

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(name);
    const turn = before ? endOf(before, this.longestWait).then(work) : work();
    this.last.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.last.get(name) === turn) {
        this.last.delete(name);
      }
    }
  }
}

/** Resolves when it has ended, however it did, or when the time is up. */
function endOf(turn: Promise<unknown>, longestWait: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, longestWait);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    turn.then(end, end);
  });
}
