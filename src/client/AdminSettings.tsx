import { connect, mapProps, observer, useForm, type ISchema } from '@formily/react';
import { SchemaComponent, useApp } from '@nocobase/client';
import { Collapse, Switch } from 'antd';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { classicLane } from '../client-core/lane';
import { originForLinks } from '../client-core/links';
import { translator, type Translate } from '../client-ui/translate';
import { ChoiceInput, choicesOf } from '../client-ui/settings/ChoiceInput';
import { OwnershipFileInput } from '../client-ui/settings/OwnershipFileInput';
import { useAutoLoginHolder } from '../client-ui/settings/use-auto-login-holder';
import { RecentFailuresPanel } from '../client-ui/settings/RecentFailuresPanel';
import { WorkbenchLinks } from '../client-ui/settings/WorkbenchLinks';
import type { OwnershipFile } from '../shared/ownership-file';
import { SETTINGS_FIELDS, fieldName, type SettingsField } from '../shared/settings-fields';

const ConfigurationCheck = lazy(() => import('../client-ui/settings/ConfigurationCheck'));

interface AuthenticatorValues {
  /** Missing as long as it is not saved. */
  id?: number;
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
  if (field.kind === 'ownershipFile') {
    return {
      ...common,
      type: 'any',
      'x-component': 'OwnershipFileField',
      'x-component-props': { label: t(field.label) },
    };
  }
  if (field.kind === 'switch') {
    return {
      ...common,
      type: 'boolean',
      'x-component': field.path[1] === 'autoLogin' ? 'AutoLoginSwitch' : 'SettingSwitch',
      default: field.default,
    };
  }
  if (field.kind === 'choice') {
    return {
      ...common,
      type: 'string',
      'x-component': 'SettingChoice',
      'x-component-props': { options: choicesOf(field, t) },
      default: field.default,
    };
  }
  return {
    ...common,
    type: 'string',
    'x-component': 'TextAreaWithGlobalScope',
    'x-component-props': { password: field.secret, placeholder: field.placeholder ?? field.default },
    default: field.kind === 'origin' ? window.location.origin : field.default,
  };
}

function schemas(t: Translate, advanced: boolean): Record<string, ISchema> {
  const fields = SETTINGS_FIELDS.filter((field) => Boolean(field.advanced) === advanced);
  return Object.fromEntries(fields.map((field) => [fieldName(field), schemaOf(field, t)]));
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
      check: { type: 'void', 'x-component': 'Check' },
      failures: { type: 'void', 'x-component': 'Failures' },
    },
  };
}

const SettingSwitch = connect(Switch, mapProps({ value: 'checked' }));
const SettingChoice = connect(ChoiceInput);

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

const Failures = observer(() => {
  const { id, name } = useForm<AuthenticatorValues>().values;
  return <RecentFailuresPanel app={useApp()} authenticator={id === undefined ? undefined : name} />;
});

interface OwnershipFileFieldProps {
  label: string;
  value?: OwnershipFile;
  onChange?: (value: OwnershipFile | undefined) => void;
}

const OwnershipFileField = observer(({ label, value, onChange }: OwnershipFileFieldProps) => {
  const app = useApp();
  const lane = useMemo(() => classicLane(app, window), [app]);
  const origin = originForLinks(lane, useForm<AuthenticatorValues>().values.options?.origin);
  return <OwnershipFileInput {...{ app, label, value, onChange, origin }} t={translator(app)} />;
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

function Check() {
  const app = useApp();
  const form = useForm<AuthenticatorValues>();
  const readForm = () => ({ name: form.values.name ?? '', options: form.values.options });
  return (
    <Suspense fallback={null}>
      <ConfigurationCheck app={app} t={translator(app)} readForm={readForm} />
    </Suspense>
  );
}

/** Settings of a WeCom authenticator in the classic client, inside the form of the authenticator's drawer. */
export function AdminSettings() {
  const app = useApp();
  const schema = useMemo(() => formSchema(translator(app)), [app]);
  return (
    <SchemaComponent
      schema={schema}
      components={{
        SettingSwitch,
        SettingChoice,
        AutoLoginSwitch,
        OwnershipFileField,
        Links,
        Advanced,
        Check,
        Failures,
      }}
    />
  );
}
