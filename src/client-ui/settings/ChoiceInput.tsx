import { Radio, Space, type RadioGroupProps } from 'antd';
import type { SettingsField } from '../../shared/settings-fields';
import type { Translate } from '../translate';

interface Choice {
  value: string;
  label: string;
}

/** The choices of a setting in words. */
export function choicesOf(field: SettingsField, t: Translate): Choice[] {
  return (field.choices ?? []).map(({ value, label }) => ({ value, label: t(label) }));
}

/** All choices, one below the other, so that each can be read before one is taken. */
export function ChoiceInput({ options, ...props }: Omit<RadioGroupProps, 'options'> & { options: Choice[] }) {
  return (
    <Radio.Group {...props}>
      <Space direction="vertical" size={4}>
        {options.map(({ value, label }) => (
          <Radio key={value} value={value}>
            {label}
          </Radio>
        ))}
      </Space>
    </Radio.Group>
  );
}
