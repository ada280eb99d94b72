import { Plugin } from '@nocobase/client-v2';
import AuthPlugin from '@nocobase/plugin-auth/client-v2';
import { AUTH_TYPE } from '../shared/constants';
import { concernsWeCom, takeArrival, type Arrival } from '../client-core/arrival';

/** The new client. Every page of NocoBase loads this file, so all but the registrations is loaded when it is needed. */
export class PluginAuthWeComClientV2 extends Plugin {
  declare private arrival?: Arrival;

  async afterAdd() {
    this.arrival = takeArrival(this.app, window);
  }

  async load() {
    this.app.pm.get(AuthPlugin)?.registerType(AUTH_TYPE, {
      signInButtonLoader: () => import('./SignInButton'),
      adminSettingsFormLoader: () => import('./AdminSettings'),
    });
    if (concernsWeCom(this.arrival, window)) {
      const { visitModern } = await import('./visit');
      await visitModern(this.app, this.arrival);
    }
  }
}
