import type { Application } from '@nocobase/client-v2';
import { Typography } from 'antd';
import type { ShownFailure } from '../../client-core/failure';
import { FOR_ADMINISTRATOR, failureOf } from '../../shared/failures';
import { fieldNamed } from '../../shared/settings-fields';
import { copyable } from '../copyable';
import { localTime, translator } from '../translate';

function detailsOf(app: Application, { reason, reference, time, field }: ShownFailure): string[] {
  const t = translator(app);
  const known = failureOf(reason);
  const setting = fieldNamed(field);
  const remedy =
    known && FOR_ADMINISTRATOR.includes(known.code) && t('What to do: {{remedy}}', { remedy: t(known.remedy) });
  return [
    reference && t('Reference number: {{reference}}', { reference }),
    time && t('Time: {{time}}', { time: localTime(app, new Date(time)) }),
    known && t('Code: {{code}} ({{reason}})', { code: known.code, reason }),
    setting && t('The setting "{{field}}" is missing or wrong.', { field: t(setting.label) }),
    remedy,
  ].filter((line) => typeof line === 'string');
}

/** What an employee passes on to the administrator: folded up, and copied with one click. */
export function FailureDetails({ app, failure }: { app: Application; failure: ShownFailure }) {
  const t = translator(app);
  const lines = detailsOf(app, failure);
  if (lines.length === 0) return null;
  const message = [t('Signing in with WeCom did not work'), ...lines].join('\n');
  return (
    <details style={{ marginTop: 8, fontSize: 12 }}>
      <summary style={{ cursor: 'pointer' }}>{t('Details for your administrator')}</summary>
      <Typography.Paragraph
        type="secondary"
        copyable={copyable(message, t)}
        style={{ margin: '4px 0 0', fontSize: 12, whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}
      >
        {lines.join('\n')}
      </Typography.Paragraph>
    </details>
  );
}
