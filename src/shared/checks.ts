/** What came of a check. */
export type CheckState = 'fine' | 'attention' | 'wrong' | 'unknown' | 'byHand';

/** A page of the WeCom console on which something is mended. */
export interface ConsolePlace {
  /** i18n key: the menu entries that lead there, in both languages. */
  path: string;
  url: string;
}

/** One thing that a check can find. */
export interface Finding {
  state: CheckState;
  /** i18n key: what was found. */
  message: string;
  /** i18n key: what to do about it. */
  remedy?: string;
  place?: ConsolePlace;
}

const APPS = 'https://work.weixin.qq.com/wework_admin/frame#apps';

/** Where in the WeCom console things are found. The manual names the same places. */
export const PLACES = {
  companyId: {
    path: 'My Company (我的企业) → Company Information (企业信息) → Company ID (企业ID)',
    url: 'https://work.weixin.qq.com/wework_admin/frame#profile',
  },
  agentId: { path: 'App Management (应用管理) → your app → AgentId', url: APPS },
  secret: { path: 'App Management (应用管理) → your app → Secret → View (查看)', url: APPS },
  enabled: { path: 'App Management (应用管理) → your app → Enabled (已启用)', url: APPS },
  visibleRange: { path: 'App Management (应用管理) → your app → Visible range (可见范围)', url: APPS },
  oauthDomain: {
    path: 'App Management (应用管理) → your app → Web Authorization and JS-SDK (网页授权及JS-SDK) → Set trusted domain (设置可信域名)',
    url: APPS,
  },
  webLoginDomain: {
    path: 'App Management (应用管理) → your app → WeCom Authorized Login (企业微信授权登录) → Web (Web网页) → Set callback domain (设置授权回调域)',
    url: APPS,
  },
  trustedIps: { path: 'App Management (应用管理) → your app → Trusted IPs (企业可信IP)', url: APPS },
  homepage: { path: 'App Management (应用管理) → your app → Homepage (应用主页)', url: APPS },
  sensitive: {
    path: 'App Management (应用管理) → your app → Sensitive member information (成员敏感信息) → Phone number (手机号)',
    url: APPS,
  },
} as const satisfies Record<string, ConsolePlace>;

/** For everything that hangs on something else. */
const notReached: Finding = {
  state: 'unknown',
  message: 'WeCom gave no answer to this. First mend what is wrong further up, then check again.',
};

const notTold: Finding = { state: 'unknown', message: 'WeCom’s answer does not say.' };

/**
 * The checks in the order in which they are shown, with everything that each can find. What is in double braces comes
 * with the result.
 */
export const CHECKS = {
  credentials: {
    title: 'Company ID and Secret',
    findings: {
      ok: { state: 'fine', message: 'WeCom accepts the Company ID and the Secret.' },
      companyUnknown: {
        state: 'wrong',
        message: 'WeCom does not know the Company ID.',
        remedy: 'Copy the Company ID again. It begins with ww.',
        place: PLACES.companyId,
      },
      secretRefused: {
        state: 'wrong',
        message: 'WeCom knows the company but does not accept the Secret.',
        remedy:
          'Copy the Secret of this app again: it may have been reset, or belong to another app. WeCom answers the same when the app is disabled, so check that the app is enabled.',
        place: PLACES.secret,
      },
      secretOfOtherCompany: {
        state: 'wrong',
        message: 'The Secret belongs to another company than the Company ID.',
        remedy: 'Copy Company ID and Secret from the console of the same company.',
        place: PLACES.secret,
      },
      secretUnsafe: {
        state: 'wrong',
        message: 'WeCom considers the Secret unsafe and wants it to be reset.',
        remedy: 'Reset the Secret in the WeCom console, and enter the new one here.',
        place: PLACES.secret,
      },
      notAllowed: {
        state: 'wrong',
        message: 'WeCom does not let this Secret call its API (errcode {{errcode}}).',
        remedy: 'Use the Secret of a self-built app, not that of Contacts Sync, and check that the app is enabled.',
        place: PLACES.secret,
      },
      rateLimited: {
        state: 'unknown',
        message: 'WeCom refuses further calls for now: too many, or too many with a wrong Secret.',
        remedy: 'Make sure that the Secret is right, and check again in an hour. Until then every try is refused.',
      },
      busy: { state: 'unknown', message: 'WeCom is busy.', remedy: 'Check again in a moment.' },
      unreachable: {
        state: 'unknown',
        message: 'NocoBase gets no answer from the API base URL ({{detail}}).',
        remedy: 'Check that the server can reach the API base URL: DNS, firewall, proxy, relay.',
      },
      proxyAuthentication: {
        state: 'wrong',
        message:
          'The outgoing proxy wants a user name and a password, or does not accept those of its address (HTTP status 407).',
        remedy:
          'Correct the address of the outgoing proxy under Advanced. If there is none, the proxy is that of the environment (HTTPS_PROXY or HTTP_PROXY).',
      },
      proxyUnavailable: {
        state: 'unknown',
        message: 'The outgoing proxy does not answer, or does not let the call through ({{detail}}).',
        remedy:
          'Check that the proxy runs, that its address under Advanced is right, and that it lets NocoBase connect to the host of the API base URL.',
      },
      notWeCom: {
        state: 'unknown',
        message: 'Something answers at the API base URL, but not as WeCom does.',
        remedy: 'Check the API base URL under Advanced. If it is a relay, check that it passes calls on to WeCom.',
      },
      other: {
        state: 'unknown',
        message: 'WeCom answers with errcode {{errcode}}.',
        remedy: 'Look the errcode up at https://open.work.weixin.qq.com/devtool/query.',
      },
    },
  },
  trustedIp: {
    title: 'Address of the server',
    findings: {
      ok: { state: 'fine', message: 'WeCom accepts calls from this server.' },
      notTrusted: {
        state: 'wrong',
        message: 'WeCom does not accept calls from this server, whose address it sees as {{ip}}.',
        remedy:
          'Add this address to the trusted IPs; it takes effect after about a minute. If the server goes out by several addresses, add all of them: each check shows the one that was used. If calls go through a relay or a proxy, the address is that of the relay. The dialogue opens only after a trusted domain has been set.',
        place: PLACES.trustedIps,
      },
      notTrustedIpv6: {
        state: 'wrong',
        message: 'WeCom sees this server at {{ip}}, an IPv6 address, which its list of trusted IPs does not take.',
        remedy: 'Let the server reach WeCom over IPv4, then check again and add the IPv4 address.',
        place: PLACES.trustedIps,
      },
      notTrustedNameless: {
        state: 'wrong',
        message: 'WeCom does not accept calls from this server, and does not say which address it sees.',
        remedy: 'Find out by which public address the server reaches the internet, and add it to the trusted IPs.',
        place: PLACES.trustedIps,
      },
      notReached,
    },
  },
  agent: {
    title: 'AgentId and app',
    findings: {
      ok: { state: 'fine', message: 'AgentId and Secret belong to the app "{{app}}", which is enabled.' },
      otherApp: {
        state: 'wrong',
        message: 'The AgentId belongs to another app than the Secret.',
        remedy: 'Copy AgentId and Secret from the page of the same app.',
        place: PLACES.agentId,
      },
      invalid: {
        state: 'wrong',
        message: 'WeCom does not know the AgentId.',
        remedy: 'Copy the AgentId again from the page of the app.',
        place: PLACES.agentId,
      },
      disabled: {
        state: 'wrong',
        message: 'The app "{{app}}" is disabled in WeCom.',
        remedy: 'Enable the app in the WeCom console.',
        place: PLACES.enabled,
      },
      notAllowed: {
        state: 'wrong',
        message: 'WeCom does not let this Secret call its API (errcode {{errcode}}).',
        remedy: 'Use the Secret of a self-built app, not that of Contacts Sync, and check that the app is enabled.',
        place: PLACES.secret,
      },
      rateLimited: {
        state: 'unknown',
        message: 'WeCom refuses further calls for now: too many, or too many with a wrong Secret.',
        remedy: 'Wait a few minutes, then check again.',
      },
      other: {
        state: 'unknown',
        message: 'WeCom answers with errcode {{errcode}}.',
        remedy: 'Look the errcode up at https://open.work.weixin.qq.com/devtool/query.',
      },
      notReached,
    },
  },
  visibleRange: {
    title: 'Who can use the app',
    findings: {
      everybody: { state: 'fine', message: 'The whole company can use the app.' },
      some: {
        state: 'fine',
        message: 'The visible range holds {{users}} people, {{departments}} departments and {{tags}} tags.',
      },
      narrow: {
        state: 'attention',
        message: 'Only individually selected people ({{users}}) can use the app.',
        remedy: 'If others should sign in too, add them or their departments to the visible range.',
        place: PLACES.visibleRange,
      },
      empty: {
        state: 'wrong',
        message: 'The visible range of the app is empty, so nobody can use it.',
        remedy: 'Choose the whole company, or the departments and people who should sign in.',
        place: PLACES.visibleRange,
      },
      notTold,
      notReached,
    },
  },
  callbackDomain: {
    title: 'Callback domain inside WeCom',
    findings: {
      ok: { state: 'fine', message: 'The OAuth callback domain is {{domain}}, the host of the Origin.' },
      missing: {
        state: 'wrong',
        message: 'The app has no OAuth callback domain, so WeCom refuses to sign anybody in.',
        remedy: 'Enter this domain, without https:// and without a path.',
        place: PLACES.oauthDomain,
      },
      other: {
        state: 'wrong',
        message: 'The OAuth callback domain is {{domain}}, but the host of the Origin is {{host}}.',
        remedy:
          'Enter the host of the Origin instead, or correct the Origin. WeCom compares whole names, with the port.',
        place: PLACES.oauthDomain,
      },
      port: {
        state: 'attention',
        message: 'The OAuth callback domain is {{domain}}, without the port of the Origin ({{host}}).',
        remedy:
          'WeCom’s documents contradict each other about ports. If WeCom complains about redirect_uri, enter the domain with its port, or let NocoBase be reached at port 443.',
        place: PLACES.oauthDomain,
      },
      notTold,
      notReached,
    },
  },
  webLoginDomain: {
    title: 'Callback domain for scanning',
    findings: {
      byHand: {
        state: 'byHand',
        message: 'WeCom’s API does not show the callback domain for scanning.',
        remedy: 'Make sure that it is this domain.',
        place: PLACES.webLoginDomain,
      },
    },
  },
  origin: {
    title: 'Origin',
    findings: {
      ok: { state: 'fine', message: 'The Origin leads to this NocoBase, over HTTPS with a valid certificate.' },
      overHttp: {
        state: 'attention',
        message: 'The Origin leads to this NocoBase, but over HTTP.',
        remedy:
          'Sign-ins and data can be read on the way, and phones warn of it. Set up HTTPS, and enter the https:// address as Origin.',
      },
      proxyHeaders: {
        state: 'wrong',
        message: 'The Origin leads to this NocoBase, which does not see that it was called under this address.',
        remedy:
          'Let the proxy send "X-Forwarded-Proto: https" and the original Host, or set CORS_ORIGIN_WHITELIST to the Origin and restart NocoBase.',
      },
      notThis: {
        state: 'wrong',
        message: 'Something answers at the Origin, but it is not this NocoBase ({{path}}).',
        remedy:
          'Check the Origin, and where the proxy leads. Below a sub-path, APP_PUBLIC_PATH has to be the same path. With several nodes, APP_KEY has to be the same on all of them.',
      },
      redirected: {
        state: 'wrong',
        message: 'The Origin redirects to another address.',
        remedy: 'Enter the address where browsers end up, often https:// instead of http://, or with www.',
      },
      certificateExpired: {
        state: 'wrong',
        message: 'The certificate of the Origin has expired, or is not valid yet.',
        remedy: 'Renew the certificate on the server or proxy that serves the Origin.',
      },
      certificateName: {
        state: 'wrong',
        message: 'The certificate of the Origin is made out to another name.',
        remedy: 'Install a certificate for the host of the Origin.',
      },
      certificateIssuer: {
        state: 'wrong',
        message: 'The certificate of the Origin cannot be traced to an authority that this server knows.',
        remedy:
          'Install the full chain of certificates, with the intermediate ones. If the certificate is of your company’s own authority, tell NocoBase with NODE_EXTRA_CA_CERTS, and make sure that phones know it too.',
      },
      unreachable: {
        state: 'unknown',
        message: 'This server cannot reach the Origin ({{detail}}), so it cannot tell what people get.',
        remedy:
          'Open the Origin on the phone of an employee. If NocoBase appears there, all is well: in some networks a server does not reach its own public address.',
      },
      notAllowed: {
        state: 'unknown',
        message: 'NocoBase may not call the Origin (SERVER_REQUEST_WHITELIST or SERVER_REQUEST_DISALLOW_IP).',
        remedy:
          'Add the host of the Origin to SERVER_REQUEST_WHITELIST to have it checked. Signing in does not need it.',
      },
    },
  },
  homepage: {
    title: 'Homepage in WeCom',
    findings: {
      ok: { state: 'fine', message: 'The homepage of the app in WeCom is the homepage link of this authenticator.' },
      page: {
        state: 'fine',
        message: 'The homepage of the app in WeCom is a page of this NocoBase, and automatic login is on.',
      },
      withoutAutoLogin: {
        state: 'attention',
        message: 'The homepage of the app in WeCom is a page of this NocoBase, but automatic login is off.',
        remedy: 'People see the sign-in page first. Use the homepage link, or switch automatic login on.',
        place: PLACES.homepage,
      },
      missing: {
        state: 'wrong',
        message: 'The app has no homepage in WeCom, so it cannot be opened from the Workbench.',
        remedy: 'Enter the homepage link of this authenticator.',
        place: PLACES.homepage,
      },
      other: {
        state: 'wrong',
        message: 'The homepage of the app in WeCom leads elsewhere: {{homepage}}',
        remedy: 'Replace it with the homepage link of this authenticator.',
        place: PLACES.homepage,
      },
      notTold,
      notReached,
    },
  },
  phone: {
    title: 'Phone number at the first sign-in',
    findings: {
      ok: { state: 'fine', message: 'WeCom shows phone numbers to this app without asking the member.' },
      byHand: {
        state: 'byHand',
        message: 'WeCom’s API does not show whether the app may ask for the phone number.',
        remedy:
          'Make sure that the phone number is ticked among the sensitive member information. Without it, nobody is recognised as an existing user at the first sign-in.',
        place: PLACES.sensitive,
      },
    },
  },
  clock: {
    title: 'Clock of the server',
    findings: {
      ok: { state: 'fine', message: 'The clock of this server agrees with that of WeCom (within {{seconds}} s).' },
      off: {
        state: 'attention',
        message: 'The clock of this server is {{seconds}} s away from that of WeCom.',
        remedy: 'Let the server take its time from the network (NTP).',
      },
      wrong: {
        state: 'wrong',
        message: 'The clock of this server is {{seconds}} s away from that of WeCom: sign-ins may expire at once.',
        remedy: 'Let the server take its time from the network (NTP).',
      },
      notTold,
    },
  },
} as const satisfies Record<string, { title: string; findings: Record<string, Finding> }>;

export type CheckName = keyof typeof CHECKS;

/** The findings of one check. */
export type FindingOf<Name extends CheckName> = keyof (typeof CHECKS)[Name]['findings'] & string;

/** What the server answers for one check. */
export interface CheckResult {
  check: CheckName;
  /** Key of the check's findings. */
  finding: string;
  state: CheckState;
  /** What stands in the double braces of the finding. */
  values?: Record<string, string>;
  /** To be pasted into the WeCom console. */
  copy?: string;
  /** How long ago WeCom gave this answer, in seconds, when it was not asked again. */
  repeatedAfter?: number;
  /** The homepage that can be set at the press of a button. */
  change?: HomepageChange;
}

/** Old and new homepage of the app in WeCom; the old one is empty when there is none. */
export interface HomepageChange {
  from: string;
  to: string;
}

/**
 * The parts of a check, each of which is one request. `app` looks at what WeCom tells once the credentials are good, so
 * there is no use in asking for it before.
 */
export const CHECK_STEPS = {
  credentials: ['credentials'],
  app: ['trustedIp', 'agent', 'visibleRange', 'callbackDomain', 'webLoginDomain', 'homepage', 'phone', 'clock'],
  origin: ['origin'],
} as const satisfies Record<string, readonly CheckName[]>;

export type CheckStep = keyof typeof CHECK_STEPS;

/** The finding that a result names; undefined when a server of another version knows more. */
export function findingOf({ check, finding }: CheckResult): Finding | undefined {
  const findings: Record<string, Finding> | undefined = CHECKS[check]?.findings;
  return findings && Object.prototype.hasOwnProperty.call(findings, finding) ? findings[finding] : undefined;
}
