import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';

declare global {
  /** Tells what the pages of the running journeys show, after one of them has failed. */
  var showWhatIsSeen: ((journey: string) => Promise<void>) | undefined;
}

/** Node, and a look at the browser when a journey fails: elsewhere nobody can open the page that a test waited for. */
export default class JourneyEnvironment extends TestEnvironment {
  async handleTestEvent(event: Circus.Event): Promise<void> {
    if (event.name === 'test_fn_failure') await this.global.showWhatIsSeen?.(fullName(event.test));
  }
}

function fullName({ name, parent }: { name: string; parent?: Circus.DescribeBlock }): string {
  return parent && parent.name !== 'ROOT_DESCRIBE_BLOCK' ? `${fullName(parent)} › ${name}` : name;
}
