/** What this plugin uses of `@nocobase/client-v2`; its own types are not published on npm. */
import type { ComponentType, ReactNode } from 'react';
import type { HostApp } from '../client-core/host';

export interface Application extends HostApp {
  pm: { get<T>(plugin: new (options: never, app: never) => T): T | undefined };
  flowEngine: { context: { t(text: string, options?: Record<string, unknown>): string } };
}

export class Plugin {
  constructor(options: Record<string, unknown>, app: Application);
  protected app: Application;
  afterAdd(): Promise<void>;
  beforeLoad(): Promise<void>;
  load(): Promise<void>;
}

export function useApp(): Application;

/** Text input that also takes `{{ $env.NAME }}` variables. */
export const EnvVariableInput: ComponentType<{
  value?: string;
  onChange?: (value: string) => void;
  addonBefore?: ReactNode;
  disabled?: boolean;
  password?: boolean;
  placeholder?: string;
}>;
