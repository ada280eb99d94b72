import type { HandlerType } from '@nocobase/resourcer';
import { Plugin } from '@nocobase/server';
import { tval } from '@nocobase/utils';
import { AUTH_TYPE, RESOURCE } from '../shared/constants';
import { PACKAGE_NAME } from '../shared/package-name';
import { hideSecret } from './privacy/hide-secret';
import { scrubCodes } from './privacy/scrub-codes';
import { type ErrorHandler, renderErrors } from './render-errors';
import { createServices } from './services';
import { pauseAuthenticators, resumeAuthenticators } from './settings/pause';
import { SaveGuard } from './settings/save-guard';
import { saveInTurn } from './settings/save-in-turn';
import { publicOptions } from './settings/settings';
import { authorize } from './visit/door';
import { guardReturn } from './visit/return-guard';
import { WeComAuth } from './wecom-auth';

/** Signs members of a WeCom company in to NocoBase. */
export class PluginAuthWeComServer extends Plugin {
  async load(): Promise<void> {
    const { app, db } = this;
    const { claims } = await createServices(app);

    // The way in: the auth type, and the door that leads to WeCom.
    app.authManager.registerTypes(AUTH_TYPE, {
      auth: WeComAuth,
      title: tval('WeCom', { ns: PACKAGE_NAME }),
      getPublicOptions: publicOptions,
    });
    app.resourceManager.define({ name: RESOURCE, only: ['authorize'], actions: { authorize } });
    app.acl.allow(RESOURCE, 'authorize', 'public');

    // The way back: the host's own `auth:signIn`.
    app.resourceManager.registerPreActionHandler('auth:signIn', guardReturn as HandlerType);
    app.use(scrubCodes, { tag: 'wecomScrubCodes', before: 'logger' });

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
