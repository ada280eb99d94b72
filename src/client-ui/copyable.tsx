import { CopyOutlined } from '@ant-design/icons';
import type { Translate } from './translate';

/** The `copyable` of antd's Typography, with a word beside the icon: it works on phones, too, where nothing hovers. */
export function copyable(text: string, t: Translate) {
  const copy = (
    <>
      <CopyOutlined /> {t('Copy')}
    </>
  );
  return { text, icon: [copy, t('Copied')], tooltips: false };
}
