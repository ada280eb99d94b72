/** What a setting must look like; each kind has one check, used by the server and named by the same words in both forms. */
export type FieldKind = 'switch' | 'corpId' | 'agentId' | 'text' | 'origin' | 'path' | 'url';

/** One setting of a WeCom authenticator, as both forms show it and as the server validates it. */
export interface SettingsField {
  /** Path inside the authenticator's `options`. `public.*` reaches anonymous browsers, everything else stays on the server. */
  path: readonly string[];
  kind: FieldKind;
  /** i18n key of the label. */
  label: string;
  /** i18n key of the line below the field: what it is for and where in the WeCom console it is found. */
  help?: string;
  required?: boolean;
  /** Masked in the forms. */
  secret?: boolean;
  /** Shown in the collapsed "Advanced" part. */
  advanced?: boolean;
  /** Value used when the field is empty. */
  default?: string | boolean;
  placeholder?: string;
}

/** The settings in the order in which the forms show them. */
export const SETTINGS_FIELDS: readonly SettingsField[] = [
  {
    path: ['public', 'autoSignup'],
    kind: 'switch',
    label: 'When a phone number does not match an existing user, should a new user be created automatically',
    default: true,
  },
  {
    path: ['corpId'],
    kind: 'corpId',
    label: 'Company ID',
    help: 'WeCom console → My Company → Company Information → Company ID, at the bottom of the page.',
    required: true,
    placeholder: 'ww0123456789abcdef',
  },
  {
    path: ['agentId'],
    kind: 'agentId',
    label: 'AgentId',
    help: 'WeCom console → App Management → your self-built app → AgentId, at the top of the page.',
    required: true,
    placeholder: '1000002',
  },
  {
    path: ['secret'],
    kind: 'text',
    label: 'Secret',
    help: 'On the same page as AgentId → Secret → View; WeCom sends it to you as a message.',
    required: true,
    secret: true,
  },
  {
    path: ['origin'],
    kind: 'origin',
    label: 'Origin',
    help: 'The address under which browsers reach NocoBase. In the WeCom console, its host has to be the OAuth callback domain (your app → Web Authorization and JS-SDK) and the Web login callback domain (your app → WeCom Authorized Login → Web).',
    required: true,
    placeholder: 'https://nocobase.example.com',
  },
  {
    path: ['redirectPath'],
    kind: 'path',
    label: 'Workbench application redirect link',
    help: 'The page that opens after signing in when no page was asked for, for example /admin, or /v/admin for the new client.',
    default: '/admin',
    placeholder: '/admin',
  },
  {
    path: ['public', 'autoLogin'],
    kind: 'switch',
    label: 'Automatic login',
    help: 'Pages opened inside WeCom sign in by themselves. Only one WeCom authenticator can have it on.',
    default: false,
  },
  {
    path: ['apiBaseUrl'],
    kind: 'url',
    label: 'API base URL',
    help: 'Change it only for a private edition of WeCom, or for a relay with a fixed IP address.',
    default: 'https://qyapi.weixin.qq.com',
    advanced: true,
  },
  {
    path: ['oauthUrl'],
    kind: 'url',
    label: 'Authorize URL',
    help: 'The page that signs members in inside WeCom. Change it only for a private edition of WeCom.',
    default: 'https://open.weixin.qq.com/connect/oauth2/authorize',
    advanced: true,
  },
  {
    path: ['ssoUrl'],
    kind: 'url',
    label: 'Web login URL',
    help: 'The page that signs members in by scan in other browsers. Change it only for a private edition of WeCom.',
    default: 'https://login.work.weixin.qq.com/wwlogin/sso/login',
    advanced: true,
  },
];
