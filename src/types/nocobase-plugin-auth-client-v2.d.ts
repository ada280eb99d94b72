/** What this plugin uses of `@nocobase/plugin-auth/client-v2`. */
import type { ComponentType } from 'react';
import { Plugin } from '@nocobase/client-v2';
import type { PublicAuthenticator } from '../client-core/host';

export type Authenticator = PublicAuthenticator;

type LoaderOf<Props = Record<string, never>> = () => Promise<{ default: ComponentType<Props> }>;

export interface AuthOptions {
  signInFormLoader?: LoaderOf<{ authenticator: Authenticator }>;
  signInButtonLoader?: LoaderOf<{ authenticator: Authenticator }>;
  adminSettingsFormLoader?: LoaderOf;
}

export default class PluginAuthClientV2 extends Plugin {
  registerType(authType: string, options: AuthOptions): void;
}
