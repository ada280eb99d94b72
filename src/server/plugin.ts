import type { HandlerType } from '@nocobase/resourcer';
import { Plugin } from '@nocobase/server';
import { tval } from '@nocobase/utils';
import { AUTH_TYPE, RESOURCE } from '../shared/constants';
import { PACKAGE_NAME } from '../shared/package-name';
import { check, setHomepage } from './checks/actions';
import { echo } from './checks/echo';
import { rememberRequest } from './members/writer';
import { serveOwnershipFiles } from './ownership/serve';
import { hideForm } from './privacy/hide-form';
import { hideSecret } from './privacy/hide-secret';
import { scrubCodes } from './privacy/scrub-codes';
import { type ErrorHandler, renderErrors } from './render-errors';
import { createServices } from './services';
import { pauseAuthenticators, resumeAuthenticators } from './settings/pause';
import { SaveGuard } from './settings/save-guard';
import { saveInTurn } from './settings/save-in-turn';
import { publicOptions } from './settings/settings';
import { registerForAudit } from './trace/audit';
import { clearFailures, failures } from './trace/failure-actions';
import { authorize } from './visit/door';
import { guardReturn } from './visit/return-guard';
import { WeComAuth } from './wecom-auth';

/** The host's permission to manage authenticators; actions that are registered under it belong to it. */
const MANAGE_AUTHENTICATORS = 'pm.auth.authenticators';

/** Signs members of a WeCom company in to NocoBase. */
export class PluginAuthWeComServer extends Plugin {
  async load(): Promise<void> {
    const { app, db } = this;
    const { claims, phones, recentFailures } = await createServices(app);

    // The way in: the auth type, and the door that leads to WeCom.
    app.authManager.registerTypes(AUTH_TYPE, {
      auth: WeComAuth,
      title: tval('WeCom', { ns: PACKAGE_NAME }),
      getPublicOptions: publicOptions,
    });
    const actions = { authorize, check, setHomepage, echo, failures, clearFailures };
    app.resourceManager.define({ name: RESOURCE, only: Object.keys(actions), actions });
    app.acl.allow(RESOURCE, 'authorize', 'public');

    // The way back: the host's own `auth:signIn`.
    app.resourceManager.registerPreActionHandler('auth:signIn', guardReturn as HandlerType);
    app.use(scrubCodes, { tag: 'wecomScrubCodes', before: 'logger' });

    // What the administrator looks at: whoever may manage authenticators (host: plugin-auth) may do that.
    app.acl.registerSnippet({
      name: MANAGE_AUTHENTICATORS,
      actions: ['check', 'setHomepage', 'failures', 'clearFailures'].map((action) => `${RESOURCE}:${action}`),
    });
    app.acl.allow(RESOURCE, 'echo', 'public');
    app.use(hideForm, { tag: 'wecomHideForm', after: 'logger', before: 'dataSource' });

    // Who wrote the phone by which a member is recognised at the first sign-in.
    app.use(rememberRequest, { tag: 'wecomRememberRequest', before: 'logger' });
    phones.watch();

    // The trace that sign-ins leave.
    db.on('authenticators.afterDestroy', recentFailures.afterDestroy);
    for (const end of ['beforeStop', 'beforeReload']) {
      app.on(end, () => recentFailures.flush());
    }
    registerForAudit(app.auditManager);

    // What WeCom asks for at the root of the domain.
    serveOwnershipFiles(app);

    // What the administrator saves, and what people read when something is wrong.
    db.on('authenticators.beforeSave', new SaveGuard(db, claims).beforeSave);
    for (const action of ['create', 'update', 'updateOrCreate', 'firstOrCreate']) {
      app.resourceManager.registerPreActionHandler(`authenticators:${action}`, hideSecret as HandlerType);
      app.resourceManager.registerPreActionHandler(`authenticators:${action}`, saveInTurn as HandlerType);
    }
    const errorHandler = app.pm.get('error-handler') as unknown as { errorHandler: ErrorHandler } | undefined;
    if (errorHandler) {
      renderErrors(errorHandler.errorHandler);
    }
  }

  async afterEnable(): Promise<void> {
    await resumeAuthenticators(this.db);
  }

  async beforeDisable(): Promise<void> {
    await pauseAuthenticators(this.db, (key, options) => this.app.i18n.t(key, options));
  }
}
