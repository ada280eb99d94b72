import { useEffect, useState } from 'react';
import { AUTH_TYPE } from '../../shared/constants';
import type { HostApp } from '../../client-core/host';

interface ListedAuthenticator {
  name: string;
  title?: string | null;
  options?: { public?: { autoLogin?: boolean } };
}

/** The other WeCom authenticator that has automatic login, of which there may be only one; undefined when there is none. */
export function useAutoLoginHolder(app: HostApp, ownName: string | undefined): string | undefined {
  const [authenticators, setAuthenticators] = useState<ListedAuthenticator[]>([]);
  useEffect(() => {
    let shown = true;
    app.apiClient
      .request({
        url: 'authenticators:list',
        params: { paginate: false, appends: [], filter: JSON.stringify({ authType: AUTH_TYPE }) },
        skipNotify: true,
      })
      .then(({ data }) => {
        const list = (data as { data?: ListedAuthenticator[] }).data;
        if (shown && Array.isArray(list)) setAuthenticators(list);
      })
      // The server refuses a second one anyhow.
      .catch(() => undefined);
    return () => {
      shown = false;
    };
  }, [app]);
  const holder = authenticators.find(({ name, options }) => name !== ownName && options?.public?.autoLogin);
  return holder && (holder.title || holder.name);
}
