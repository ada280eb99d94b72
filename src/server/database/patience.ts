import { SignInFailure } from '../failure';
import { isContention } from './contention';

const PATIENCE_MS = 8000;
const FIRST_PAUSE_MS = 15;
const LONGEST_PAUSE_MS = 250;

/**
 * Runs database work again while it fails because of other work (a locked SQLite file, a deadlock).
 *
 * @param retry which other errors are worth another try
 * @throws {SignInFailure} `busy` when patience runs out
 */
export async function patiently<T>(
  run: () => Promise<T>,
  retry: (error: unknown) => boolean = isContention,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await run();
    } catch (error) {
      if (!retry(error)) {
        throw error;
      }
      if (Date.now() > deadline) {
        throw new SignInFailure('busy');
      }
    }
    // Jitter keeps those who collided from colliding again.
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
  }
}
