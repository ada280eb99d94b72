import { useEffect, useState } from 'react';
import type { HostApp } from '../../client-core/host';
import { clearRecentFailures, recentFailures } from '../../client-core/recent-failures';
import type { RecentFailure } from '../../shared/recent-failure';

interface Answer {
  /** To which request this is the answer. */
  request: number;
  failures?: RecentFailure[];
  /** What the administrator is told when the last request failed, an i18n key. */
  trouble?: string;
}

/** The list of failed sign-ins, and what can be done with it. */
export function useRecentFailures(app: HostApp, authenticator: string) {
  const [request, setRequest] = useState(1);
  const [answer, setAnswer] = useState<Answer>({ request: 0 });
  const refresh = () => setRequest((last) => last + 1);

  useEffect(() => {
    let shown = true;
    const take = (next: (last: Answer) => Answer) => shown && setAnswer(next);
    recentFailures(app, authenticator).then(
      (failures) => take(() => ({ request, failures })),
      () => take((last) => ({ ...last, request, trouble: 'The list could not be loaded. Please refresh it.' })),
    );
    return () => {
      shown = false;
    };
  }, [app, authenticator, request]);

  const clear = async () => {
    try {
      await clearRecentFailures(app, authenticator);
      refresh();
    } catch {
      setAnswer((last) => ({ ...last, trouble: 'The list could not be cleared. Please try again.' }));
    }
  };

  return { failures: answer.failures, trouble: answer.trouble, loading: answer.request !== request, refresh, clear };
}
