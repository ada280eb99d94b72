import { EnvVariableInput, useApp } from '@nocobase/client-v2';
import { Collapse, Form, Switch, type SwitchProps } from 'antd';
import { useMemo } from 'react';
import { modernLane } from '../client-core/lane';
import { SETTINGS_FIELDS, type SettingsField } from '../shared/settings-fields';
import { useAutoLoginHolder } from './settings/use-auto-login-holder';
import { WorkbenchLinks } from './settings/WorkbenchLinks';
import { translator, type Translate } from './translate';

const pathOf = (field: SettingsField) => ['options', ...field.path];
const isAutoLogin = (field: SettingsField) => field.path[1] === 'autoLogin';

/**
 * Settings of a WeCom authenticator in the new client, inside the form of the authenticator's drawer.
 *
 * The host saves only what has a mounted Form.Item and drops every other option, so all fields are always mounted, those
 * of the collapsed part too.
 */
export default function AdminSettings() {
  const app = useApp();
  const t = translator(app);
  const lane = useMemo(() => modernLane(app, window), [app]);
  const form = Form.useFormInstance();
  const name = Form.useWatch<string | undefined>('name', form);
  const origin = Form.useWatch<string | undefined>(['options', 'origin'], form);
  const autoLogin = Form.useWatch<boolean | undefined>(['options', 'public', 'autoLogin'], form);
  const holder = useAutoLoginHolder(app, name);

  const item = (field: SettingsField) => (
    <SettingItem key={field.path.join('.')} field={field} t={t} heldBy={isAutoLogin(field) ? holder : undefined} />
  );
  return (
    <>
      {SETTINGS_FIELDS.filter((field) => !field.advanced).map(item)}
      <Form.Item label={t('Workbench application homepage link')}>
        <WorkbenchLinks lane={lane} t={t} origin={origin} authenticator={name} autoLogin={Boolean(autoLogin)} />
      </Form.Item>
      <Collapse
        style={{ marginBottom: 24 }}
        items={[
          {
            key: 'advanced',
            label: t('Advanced'),
            forceRender: true,
            children: SETTINGS_FIELDS.filter((field) => field.advanced).map(item),
          },
        ]}
      />
    </>
  );
}

/** Cannot be switched on while another authenticator holds it, but always off. */
function HeldSwitch({ heldBy, ...props }: SwitchProps & { heldBy?: string }) {
  return <Switch {...props} disabled={Boolean(heldBy) && !props.checked} />;
}

function SettingItem({ field, t, heldBy }: { field: SettingsField; t: Translate; heldBy?: string }) {
  const label = t(field.label);
  const help = heldBy ? t(AUTO_LOGIN_HELD, { name: heldBy }) : field.help && t(field.help);
  if (field.kind === 'switch') {
    return (
      <Form.Item
        name={pathOf(field)}
        label={label}
        extra={help}
        valuePropName="checked"
        initialValue={Boolean(field.default)}
      >
        <HeldSwitch heldBy={heldBy} />
      </Form.Item>
    );
  }
  return (
    <Form.Item
      name={pathOf(field)}
      label={label}
      extra={help}
      initialValue={field.kind === 'origin' ? window.location.origin : field.default}
      rules={[{ required: field.required, whitespace: true, message: t('{{field}} is required.', { field: label }) }]}
    >
      <EnvVariableInput password={field.secret} placeholder={field.placeholder ?? String(field.default ?? '')} />
    </Form.Item>
  );
}

const AUTO_LOGIN_HELD = 'Automatic login is already on for the authenticator "{{name}}". Switch it off there first.';
