import type { Application } from '@nocobase/client';
import type { Arrival } from '../client-core/arrival';
import { classicLane } from '../client-core/lane';
import { visit } from '../client-core/visit';

/** What happens before the first render when WeCom is involved in a page load of the classic client. */
export function visitClassic(app: Application, arrival: Arrival | undefined): Promise<void> {
  return visit(classicLane(app, window), arrival, async (failure) => {
    const { announce } = await import('../client-ui/sign-in/announce');
    announce(app, failure);
  });
}
