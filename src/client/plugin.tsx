import { lazy, Plugin } from '@nocobase/client';
import AuthPlugin from '@nocobase/plugin-auth/client';
import { AUTH_TYPE } from '../shared/constants';
import { concernsWeCom, takeArrival, type Arrival } from '../client-core/arrival';

const { SignInButton } = lazy(() => import('./SignInButton'), 'SignInButton');
const { AdminSettings } = lazy(() => import('./AdminSettings'), 'AdminSettings');

/** The classic client. Every page of NocoBase loads this file, so all but the registrations is loaded when it is needed. */
export class PluginAuthWeComClient extends Plugin {
  declare private arrival?: Arrival;

  async afterAdd() {
    this.arrival = takeArrival(this.app, window);
  }

  async load() {
    this.app.pm.get(AuthPlugin)?.registerType(AUTH_TYPE, {
      components: { SignInButton, AdminSettingsForm: AdminSettings },
    });
    if (concernsWeCom(this.arrival, window)) {
      const { visitClassic } = await import('./visit');
      await visitClassic(this.app, this.arrival);
    }
  }
}
