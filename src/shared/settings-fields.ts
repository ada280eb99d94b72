/** What a setting must look like; each kind has one check, used by the server and named by the same words in both forms. */
export type FieldKind =
  'switch' | 'choice' | 'corpId' | 'agentId' | 'text' | 'origin' | 'path' | 'url' | 'proxy' | 'ownershipFile';

/** Which users a member may be recognised as by phone at the first sign-in; see README, "Phone numbers". */
export type PhoneMatching = 'confirmed' | 'all' | 'none';

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
  /** Masked in the forms, and kept out of the host's log of what is saved. */
  secret?: boolean;
  /** Shown in the collapsed "Advanced" part. */
  advanced?: boolean;
  /** Value used when the field is empty. */
  default?: string | boolean;
  placeholder?: string;
  /** What can be chosen, for the kind `choice`; the labels are i18n keys. */
  choices?: readonly { value: string; label: string }[];
}

const PHONE_MATCHING: readonly { value: PhoneMatching; label: string }[] = [
  { value: 'confirmed', label: 'Users with a confirmed number, except administrators (recommended)' },
  { value: 'all', label: 'All users' },
  { value: 'none', label: 'Nobody' },
];

/** The settings in the order in which the forms show them. */
export const SETTINGS_FIELDS: readonly SettingsField[] = [
  {
    path: ['public', 'autoSignup'],
    kind: 'switch',
    label: 'When a phone number does not match an existing user, should a new user be created automatically',
    default: true,
  },
  {
    path: ['phoneMatching'],
    kind: 'choice',
    label: 'Existing users that members are matched to by phone number',
    help: 'Users can enter any number in their own profile. A number counts as confirmed when it was not entered by the user: saving a user in user management confirms the number. With "All users", whoever enters the number of a colleague first receives the sign-in of that colleague. With "Nobody", members only get into users that were created for them.',
    default: 'confirmed',
    choices: PHONE_MATCHING,
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
    path: ['ownershipFile'],
    kind: 'ownershipFile',
    label: 'Domain ownership file',
    help: 'To prove that the domain of the Origin is yours, the WeCom console offers a file for download when you set the trusted domain (your app → Web Authorization and JS-SDK). NocoBase serves it at the root of the domain. Leave it in place afterwards.',
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
  {
    path: ['proxyUrl'],
    kind: 'proxy',
    label: 'Outgoing proxy',
    help: 'For servers without a fixed public address: calls to WeCom go through this HTTP or HTTPS proxy, and the address of the proxy has to be among the trusted IPs of the app. Percent-encode special characters in user name and password, for example @ as %40.',
    secret: true,
    advanced: true,
    placeholder: 'http://user:password@proxy.example.com:3128',
  },
];

/** Name of a setting as error answers and forms give it: `origin`, `public.autoLogin`. */
export function fieldName(field: SettingsField): string {
  return field.path.join('.');
}

/** The setting of a name, or undefined when there is none. */
export function fieldNamed(name: string | undefined): SettingsField | undefined {
  return SETTINGS_FIELDS.find((field) => fieldName(field) === name);
}
