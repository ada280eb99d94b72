import type { Context } from '@nocobase/actions';
import type { Application } from '@nocobase/server';
import { RESOURCE } from '../../shared/constants';
import { signInReportOf } from './report-sign-in';

type AuditManager = Application['auditManager'];

/**
 * What audit logs of the host learn, when there are any. The host hands them every `auth:signIn` with its answer: that
 * has the reference number of a failure, but for a success it would be the session token, so they get the report instead.
 */
export function registerForAudit(auditManager: AuditManager): void {
  const hosts = auditManager.getAction('signIn', 'auth');
  const signIn = typeof hosts === 'object' ? hosts : undefined;
  auditManager.registerAction({
    ...signIn,
    name: 'auth:signIn',
    getMetaData: async (ctx: Context) => {
      const metadata = await signIn?.getMetaData?.(ctx);
      const report = signInReportOf(ctx);
      return report ? { ...metadata, wecom: report, response: { body: null } } : (metadata ?? {});
    },
  });
  // Whoever empties the list removes a trace.
  auditManager.registerAction(`${RESOURCE}:clearFailures`);
}
