import { connect, mapProps, observer, useForm, type ISchema } from '@formily/react';
import { SchemaComponent, useApp } from '@nocobase/client';
import { Collapse, Switch } from 'antd';
import { useMemo, type ReactNode } from 'react';
import { classicLane } from '../client-core/lane';
import { translator, type Translate } from '../client-v2/translate';
import { useAutoLoginHolder } from '../client-v2/settings/use-auto-login-holder';
import { WorkbenchLinks } from '../client-v2/settings/WorkbenchLinks';
import { SETTINGS_FIELDS, type SettingsField } from '../shared/settings-fields';

interface AuthenticatorValues {
  name?: string;
  options?: { origin?: string; public?: { autoLogin?: boolean } };
}

/** A setting as the host's form engine describes it; a dotted key is a path inside the surrounding `options`. */
function schemaOf(field: SettingsField, t: Translate): ISchema {
  const common: ISchema = {
    title: t(field.label),
    description: field.help && t(field.help),
    required: field.required,
    'x-decorator': 'FormItem',
    'x-decorator-props': { labelWrap: true },
  };
  return field.kind === 'switch'
    ? {
        ...common,
        type: 'boolean',
        'x-component': field.path[1] === 'autoLogin' ? 'AutoLoginSwitch' : 'SettingSwitch',
        default: field.default,
      }
    : {
        ...common,
        type: 'string',
        'x-component': 'TextAreaWithGlobalScope',
        'x-component-props': { password: field.secret, placeholder: field.placeholder ?? field.default },
        default: field.kind === 'origin' ? window.location.origin : field.default,
      };
}

function schemas(t: Translate, advanced: boolean): Record<string, ISchema> {
  const fields = SETTINGS_FIELDS.filter((field) => Boolean(field.advanced) === advanced);
  return Object.fromEntries(fields.map((field) => [field.path.join('.'), schemaOf(field, t)]));
}

function formSchema(t: Translate): ISchema {
  return {
    type: 'object',
    properties: {
      ...schemas(t, false),
      links: {
        type: 'void',
        title: t('Workbench application homepage link'),
        'x-decorator': 'FormItem',
        'x-component': 'Links',
      },
      advanced: { type: 'void', 'x-component': 'Advanced', properties: schemas(t, true) },
    },
  };
}

const SettingSwitch = connect(Switch, mapProps({ value: 'checked' }));

const AutoLoginSwitch = observer((props: Record<string, unknown>) => {
  const app = useApp();
  const t = translator(app);
  const { name } = useForm<AuthenticatorValues>().values;
  const holder = useAutoLoginHolder(app, name);
  return (
    <>
      <SettingSwitch {...props} disabled={Boolean(holder) && !props.value} />
      {holder && (
        <div>
          {t('Automatic login is already on for the authenticator "{{name}}". Switch it off there first.', {
            name: holder,
          })}
        </div>
      )}
    </>
  );
});

const Links = observer(() => {
  const app = useApp();
  const lane = useMemo(() => classicLane(app, window), [app]);
  const { name, options } = useForm<AuthenticatorValues>().values;
  const autoLogin = Boolean(options?.public?.autoLogin);
  return (
    <WorkbenchLinks
      lane={lane}
      t={translator(app)}
      origin={options?.origin}
      authenticator={name}
      autoLogin={autoLogin}
    />
  );
});

function Advanced({ children }: { children?: ReactNode }) {
  const t = translator(useApp());
  return (
    <Collapse
      style={{ marginBottom: 24 }}
      items={[{ key: 'advanced', label: t('Advanced'), forceRender: true, children }]}
    />
  );
}

/** Settings of a WeCom authenticator in the classic client, inside the form of the authenticator's drawer. */
export function AdminSettings() {
  const app = useApp();
  const schema = useMemo(() => formSchema(translator(app)), [app]);
  return <SchemaComponent schema={schema} components={{ SettingSwitch, AutoLoginSwitch, Links, Advanced }} />;
}
