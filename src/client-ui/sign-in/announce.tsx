import type { Application } from '@nocobase/client-v2';
import { notification } from 'antd';
import type { ShownFailure } from '../../client-core/failure';
import { translator } from '../translate';
import { FailureText, isOurs, severityOf } from './FailureNotice';

/** Shows a failure beside the page, for as long as it takes to read it: the page has no place of its own for it. */
export function announce(app: Application, failure: ShownFailure): void {
  if (!isOurs(failure)) return;
  const t = translator(app);
  notification[severityOf(failure)]({
    message: t('Signing in with WeCom did not work'),
    description: <FailureText app={app} failure={failure} />,
    duration: 0,
  });
}
