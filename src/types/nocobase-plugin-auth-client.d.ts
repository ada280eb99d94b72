/** What this plugin uses of `@nocobase/plugin-auth/client`. */
import type { ComponentType } from 'react';
import { Plugin } from '@nocobase/client';
import type { PublicAuthenticator } from '../client-core/host';

export type Authenticator = PublicAuthenticator;

export interface AuthOptions {
  components: {
    SignInForm?: ComponentType<{ authenticator: Authenticator }>;
    SignInButton?: ComponentType<{ authenticator: Authenticator }>;
    AdminSettingsForm?: ComponentType;
  };
}

export default class PluginAuthClient extends Plugin {
  registerType(authType: string, options: AuthOptions): void;
}
