import type { Application } from '@nocobase/client-v2';
import { Collapse, Spin } from 'antd';
import { lazy, Suspense } from 'react';
import { translator } from '../translate';

const RecentFailures = lazy(() => import('./RecentFailures'));

/** Failed sign-ins of late, folded up in the settings of either client; nothing is loaded until it is opened. */
export function RecentFailuresPanel({ app, authenticator }: { app: Application; authenticator: string | undefined }) {
  const t = translator(app);
  if (!authenticator) return null;
  const list = (
    <Suspense fallback={<Spin />}>
      <RecentFailures app={app} authenticator={authenticator} />
    </Suspense>
  );
  return (
    <Collapse
      style={{ marginBottom: 24 }}
      items={[{ key: 'failures', label: t('Recent failed sign-ins'), children: list }]}
    />
  );
}
