import { EnvVariableInput, useApp } from '@nocobase/client-v2';
import { Collapse, Form, Switch, type SwitchProps } from 'antd';
import { lazy, Suspense, useMemo } from 'react';
import { modernLane } from '../client-core/lane';
import { originForLinks } from '../client-core/links';
import { SETTINGS_FIELDS, fieldName, type SettingsField } from '../shared/settings-fields';
import { ChoiceInput, choicesOf } from '../client-ui/settings/ChoiceInput';
import { OwnershipFileInput } from '../client-ui/settings/OwnershipFileInput';
import { useAutoLoginHolder } from '../client-ui/settings/use-auto-login-holder';
import { RecentFailuresPanel } from '../client-ui/settings/RecentFailuresPanel';
import { WorkbenchLinks } from '../client-ui/settings/WorkbenchLinks';
import { translator, type Translate } from '../client-ui/translate';

const ConfigurationCheck = lazy(() => import('../client-ui/settings/ConfigurationCheck'));

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
  // The drawer fills the form with the whole record, which a new authenticator does not have.
  const isSaved = form.getFieldValue('id') !== undefined;
  const origin = Form.useWatch<string | undefined>(['options', 'origin'], form);
  const autoLogin = Form.useWatch<boolean | undefined>(['options', 'public', 'autoLogin'], form);
  const holder = useAutoLoginHolder(app, name);

  const item = (field: SettingsField) =>
    field.kind === 'ownershipFile' ? (
      <Form.Item key={fieldName(field)} name={pathOf(field)} label={t(field.label)} extra={field.help && t(field.help)}>
        <OwnershipFileInput app={app} t={t} label={t(field.label)} origin={originForLinks(lane, origin)} />
      </Form.Item>
    ) : (
      <SettingItem key={fieldName(field)} field={field} t={t} heldBy={isAutoLogin(field) ? holder : undefined} />
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
      <Suspense fallback={null}>
        <ConfigurationCheck app={app} t={t} readForm={() => form.getFieldsValue(['name', 'options'])} />
      </Suspense>
      <RecentFailuresPanel app={app} authenticator={isSaved ? name : undefined} />
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
  if (field.kind === 'choice') {
    return (
      <Form.Item name={pathOf(field)} label={label} extra={help} initialValue={field.default}>
        <ChoiceInput options={choicesOf(field, t)} />
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
