import type { Application } from '@nocobase/client-v2';
import type { Arrival } from '../client-core/arrival';
import { modernLane } from '../client-core/lane';
import { visit } from '../client-core/visit';

/** What happens before the first render when WeCom is involved in a page load of the new client. */
export function visitModern(app: Application, arrival: Arrival | undefined): Promise<void> {
  return visit(modernLane(app, window), arrival, async (failure) => {
    const { announce } = await import('../client-ui/sign-in/announce');
    announce(app, failure);
  });
}
