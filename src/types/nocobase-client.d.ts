/** What this plugin uses of `@nocobase/client`; the published types lack some of it and need half a gigabyte. */
import type { ComponentType } from 'react';
import type { ISchema } from '@formily/react';

export { Plugin, useApp } from '@nocobase/client-v2';
export type { Application } from '@nocobase/client-v2';

/** A component whose chunk is loaded when it is first shown, with the host's spinner until then. */
export function lazy<Module extends Record<Name, unknown>, Name extends keyof Module>(
  load: () => Promise<Module>,
  ...names: Name[]
): Pick<Module, Name>;

export const SchemaComponent: ComponentType<{
  schema: ISchema;
  components?: Record<string, unknown>;
  scope?: Record<string, unknown>;
}>;
