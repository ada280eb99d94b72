/** Codes by which callers tell failures apart. They are a contract: scripts and other plugins may rely on them. */
export type FailureCode =
  | 'WECOM_STATE_INVALID'
  | 'WECOM_CODE_INVALID'
  | 'WECOM_NOT_MEMBER'
  | 'WECOM_CONSENT_REQUIRED'
  | 'WECOM_FIRST_SIGN_IN_IN_CLIENT'
  | 'WECOM_USER_NOT_FOUND'
  | 'WECOM_PHONE_AMBIGUOUS'
  | 'WECOM_CONFIG_INVALID'
  | 'WECOM_IP_NOT_TRUSTED'
  | 'WECOM_RATE_LIMITED'
  | 'WECOM_UNAVAILABLE';

/** Failures that only the administrator can mend, by the settings or in the WeCom console. */
export const FOR_ADMINISTRATOR: readonly FailureCode[] = ['WECOM_CONFIG_INVALID', 'WECOM_IP_NOT_TRUSTED'];

/** One way in which a sign-in can fail. */
export interface FailureInfo {
  code: FailureCode;
  /** HTTP status: 4xx for what the caller or the settings caused, 503 when WeCom is away. */
  status: number;
  /** What happened and what to do next, for the person signing in. It is also the i18n key. */
  message: string;
  /** What brings it about, for the administrator; also an i18n key. */
  cause: string;
  /** What the administrator does about it; also an i18n key. */
  remedy: string;
  /** WeCom errcodes that lead here (WeCom document 90313). */
  errcodes?: readonly number[];
}

const ASK_ADMINISTRATOR = 'Sign-in with WeCom is not set up correctly. Please tell your administrator.';

/**
 * Every failure of a sign-in, keyed by its reason. Several reasons may share a code: the code is what programs look at,
 * the reason picks the words. The error table of the manual is made from this table.
 */
export const FAILURES = {
  stateInvalid: {
    code: 'WECOM_STATE_INVALID',
    status: 401,
    message:
      'This sign-in attempt is not valid any more: it has expired, was used already, or was started in another browser. Please sign in again.',
    cause:
      'The page WeCom returned to was reloaded, opened twice or in another browser, opened after ten minutes, or the link was tampered with.',
    remedy:
      'Nothing, if it happens now and then. If it happens every time, check that browsers reach NocoBase under the Origin in the settings and that they accept its cookies.',
  },
  codeInvalid: {
    code: 'WECOM_CODE_INVALID',
    status: 401,
    message: 'The sign-in code from WeCom has expired or was used already. Please sign in again.',
    cause: 'WeCom did not accept the code or the user ticket: it is older than five minutes or was used before.',
    remedy: 'Nothing, if it happens now and then. If it happens every time, check the clock of the server.',
    errcodes: [40029, 41008, 42003, 42022, 84014, 84015, 84090],
  },
  cancelled: {
    code: 'WECOM_CODE_INVALID',
    status: 401,
    message: 'Signing in was cancelled in WeCom. You can sign in again at any time.',
    cause: 'The member refused or closed the page of WeCom, which then returns without a code.',
    remedy: 'Nothing.',
  },
  notMember: {
    code: 'WECOM_NOT_MEMBER',
    status: 403,
    message:
      'Your WeCom account does not belong to this company. Switch to your company in WeCom, or ask your administrator.',
    cause: 'WeCom answered with an openid: the person is not a member of the company.',
    remedy: 'Add the person to the company in the WeCom console, if they should have access.',
  },
  linkedCompany: {
    code: 'WECOM_NOT_MEMBER',
    status: 403,
    message:
      'You are signed in to WeCom as a member of a linked company. Only members of the company itself can sign in here. Please ask your administrator.',
    cause: 'The member comes from a linked company or an upstream or downstream company.',
    remedy: 'Members of linked companies cannot sign in by WeCom. Give them another way of signing in.',
  },
  notVisible: {
    code: 'WECOM_NOT_MEMBER',
    status: 403,
    message:
      'Your WeCom account may not use this app yet. Please ask your administrator to add you to the visible range of the app.',
    cause: 'The member is outside the visible range of the app.',
    remedy: 'In the WeCom console, open the app and add the member or the department to its visible range.',
    errcodes: [40003, 50002, 60011, 60021, 60111],
  },
  leftCompany: {
    code: 'WECOM_NOT_MEMBER',
    status: 403,
    message: 'Your WeCom account is disabled or has left the company. Please ask your administrator.',
    cause: 'WeCom lists the member as disabled or as having left the company.',
    remedy: 'Enable the member in the WeCom console, if they should have access.',
  },
  consentRequired: {
    code: 'WECOM_CONSENT_REQUIRED',
    status: 401,
    message: 'This is your first sign-in. WeCom will ask you to share your phone number with this app.',
    cause: 'First sign-in of a member inside WeCom: one more round with consent is needed to get the phone number.',
    remedy: 'Nothing: the client goes on by itself.',
  },
  firstSignInInClient: {
    code: 'WECOM_FIRST_SIGN_IN_IN_CLIENT',
    status: 403,
    message:
      'This is your first sign-in, which has to be made inside WeCom: 1. Open WeCom on your phone or computer. 2. Go to the Workbench and open this app. 3. Agree to share your phone number. After that you can sign in here by scanning.',
    cause: 'First sign-in of a member by scan: WeCom hands out the phone number only inside its own client.',
    remedy: 'Tell the member to open the app once from the Workbench.',
  },
  userNotFound: {
    code: 'WECOM_USER_NOT_FOUND',
    status: 403,
    message:
      'No user here has the phone number of your WeCom account. Please ask your administrator to enter it in your user profile or to create a user for you.',
    cause: 'No user has the phone number of the member, and automatic creation of users is off.',
    remedy:
      'Enter the phone number of the member for an existing user, create a user, or switch automatic creation on.',
  },
  phoneUnknown: {
    code: 'WECOM_USER_NOT_FOUND',
    status: 403,
    message:
      'WeCom did not share your phone number, so your user could not be found. Allow this app to use your phone number in WeCom and sign in again, or ask your administrator.',
    cause:
      'The phone number stayed unknown (not agreed to, not set, or not enabled for the app), and automatic creation of users is off.',
    remedy:
      'In the WeCom console, let the app read the phone number among the sensitive member information, and ask the member to agree. Or switch automatic creation on.',
  },
  userBoundToAnother: {
    code: 'WECOM_USER_NOT_FOUND',
    status: 403,
    message:
      'The user with your phone number already belongs to another WeCom account. Please ask your administrator to check it.',
    cause:
      'The only user with the phone number of the member is bound to another WeCom member (a number that changed hands, for example), and automatic creation of users is off.',
    remedy: 'Check who owns the user. Correct its phone number, or create a user for the member.',
  },
  phoneUnconfirmed: {
    code: 'WECOM_USER_NOT_FOUND',
    status: 403,
    message:
      'A user here has your phone number, but nobody has confirmed that the number belongs to this user. Please ask your administrator to check it.',
    cause:
      'The user with the phone number of the member entered it without an administrator, the settings trust confirmed numbers only, and automatic creation of users is off.',
    remedy:
      'Find out whose user it is. If it is the member’s, open it in Settings → Users & Permissions → Users and save it: that confirms the number. If not, remove the number there.',
  },
  phoneOfPrivileged: {
    code: 'WECOM_USER_NOT_FOUND',
    status: 403,
    message:
      'Your phone number belongs to a user who may administer NocoBase. Such users are not matched by phone number. Please ask your administrator.',
    cause:
      'A user with the phone number of the member has the role root or admin, or a role that may change settings, and is not bound to anybody.',
    remedy:
      'If the user is the member’s, choose "All users" for matching in the settings, let the member sign in once, and change it back. If not, remove the number from the user.',
  },
  matchingOff: {
    code: 'WECOM_USER_NOT_FOUND',
    status: 403,
    message: 'No user here is connected to your WeCom account. Please ask your administrator.',
    cause: 'The member has not signed in before, and both matching by phone number and automatic creation are off.',
    remedy: 'In the settings, allow matching or automatic creation, at least until the member has signed in once.',
  },
  phoneAmbiguous: {
    code: 'WECOM_PHONE_AMBIGUOUS',
    status: 409,
    message:
      'Several users here have your phone number, so it is not clear which one is yours. Please ask your administrator to correct it.',
    cause: 'Two or more users have the phone number of the member, perhaps written differently.',
    remedy: 'Leave the phone number with one of these users.',
  },
  authenticatorUnknown: {
    code: 'WECOM_CONFIG_INVALID',
    status: 404,
    message:
      'This way of signing in does not exist or is switched off. Please choose another one or ask your administrator.',
    cause: 'The link names an authenticator that does not exist, is disabled, or is not of the type WeCom.',
    remedy:
      'Check Settings → Authentication. If the link is on the WeCom Workbench, copy the homepage link anew from the settings.',
  },
  settingsInvalid: {
    code: 'WECOM_CONFIG_INVALID',
    status: 400,
    message: ASK_ADMINISTRATOR,
    cause: 'A setting is missing or malformed, perhaps because a variable it uses is missing or empty.',
    remedy: 'Open the authenticator in Settings → Authentication. Its recent failed sign-ins name the setting.',
  },
  originNotTrusted: {
    code: 'WECOM_CONFIG_INVALID',
    status: 400,
    message:
      'NocoBase cannot tell that this page was opened under its own address, so it refuses to sign anyone in. Please tell your administrator: the reverse proxy must pass on Host and X-Forwarded-Proto, or the address must be added to CORS_ORIGIN_WHITELIST.',
    cause:
      'The Origin in the settings is not the address at which the request reached NocoBase; NocoBase then refuses sign-ins from browsers. Usually a TLS proxy does not send X-Forwarded-Proto.',
    remedy:
      'Let the proxy send "X-Forwarded-Proto: https" and the original Host, or set CORS_ORIGIN_WHITELIST to the Origin and restart NocoBase.',
  },
  companyUnknown: {
    code: 'WECOM_CONFIG_INVALID',
    status: 400,
    message: ASK_ADMINISTRATOR,
    cause: 'WeCom does not know the Company ID.',
    remedy: 'Copy the Company ID again: WeCom console → My Company → Company Information, at the bottom.',
    errcodes: [40013, 41002, 2000002],
  },
  secretRefused: {
    code: 'WECOM_CONFIG_INVALID',
    status: 400,
    message: ASK_ADMINISTRATOR,
    cause: 'WeCom does not accept the Secret: wrong, reset, of another app or company, or the app is disabled.',
    remedy: 'Copy the Secret of this app again: WeCom console → App Management → the app → Secret.',
    errcodes: [40001, 40014, 40091, 41001, 41004, 41024, 42001, 45031],
  },
  agentMismatch: {
    code: 'WECOM_CONFIG_INVALID',
    status: 400,
    message: ASK_ADMINISTRATOR,
    cause: 'AgentId and Secret belong to different apps.',
    remedy: 'Copy AgentId and Secret from the same app in the WeCom console.',
    errcodes: [40056, 41011, 301002],
  },
  domainNotTrusted: {
    code: 'WECOM_CONFIG_INVALID',
    status: 400,
    message: ASK_ADMINISTRATOR,
    cause: 'The host of the Origin is not the callback domain of the app.',
    remedy:
      'In the WeCom console, set the OAuth callback domain (Web Authorization and JS-SDK) and the Web login callback domain of the app to the host of the Origin, with its port if it has one.',
    errcodes: [40209, 50001, 80001],
  },
  appNotAllowed: {
    code: 'WECOM_CONFIG_INVALID',
    status: 400,
    message: ASK_ADMINISTRATOR,
    cause: 'The app is disabled in WeCom or may not call the API.',
    remedy: 'Enable the app in the WeCom console and use the Secret of a self-built app, not that of Contacts Sync.',
    errcodes: [48001, 48002, 48004, 48005, 48006, 48009, 48010, 48011, 50003, 60031, 92002],
  },
  proxyAuthentication: {
    code: 'WECOM_CONFIG_INVALID',
    status: 400,
    message: ASK_ADMINISTRATOR,
    cause:
      'The outgoing proxy wants a user name and a password, or does not accept those of its address (HTTP status 407).',
    remedy:
      'Correct the address in the settings of the authenticator → Advanced → Outgoing proxy: http://user:password@host:port, special characters percent-encoded. Without that setting, the proxy is that of the environment (HTTPS_PROXY or HTTP_PROXY).',
  },
  ipNotTrusted: {
    code: 'WECOM_IP_NOT_TRUSTED',
    status: 400,
    message:
      'WeCom does not accept requests from this NocoBase server yet. Please tell your administrator: the address of the server has to be added to the trusted IPs of the app.',
    cause: 'The address from which NocoBase calls WeCom is not among the trusted IPs of the app.',
    remedy:
      'Add the address (shown among the recent failed sign-ins in the settings, and in the log) in the WeCom console → App Management → the app → Trusted IPs. It takes effect after about a minute.',
    errcodes: [60020],
  },
  rateLimited: {
    code: 'WECOM_RATE_LIMITED',
    status: 429,
    message: 'WeCom is receiving too many requests right now. Please wait a minute and sign in again.',
    cause: 'A rate limit of WeCom was reached, or WeCom blocks this server for an hour after repeated wrong Secrets.',
    remedy: 'Wait; check that the Secret is right and that nothing else calls WeCom too often from this address.',
    errcodes: [45009, 45033],
  },
  unavailable: {
    code: 'WECOM_UNAVAILABLE',
    status: 503,
    message: 'WeCom cannot be reached or is busy. Please try again in a moment.',
    cause: 'WeCom did not answer in time, answered something that is not understood, or is busy.',
    remedy:
      'Check that the server can reach the API base URL (firewall, proxy, DNS). The recent failed sign-ins in the settings and the log tell what happened, with the errcode if there was one.',
    errcodes: [-1, 6000],
  },
  proxyUnavailable: {
    code: 'WECOM_UNAVAILABLE',
    status: 503,
    message: 'NocoBase cannot get through to WeCom at the moment. Please try again later, or tell your administrator.',
    cause: 'The outgoing proxy cannot be reached, does not answer in time, or does not let the call through.',
    remedy:
      'Check that the proxy runs, that its address is right (settings of the authenticator → Advanced → Outgoing proxy), and that it lets NocoBase connect to the host of the API base URL. If SERVER_REQUEST_WHITELIST is set, the host of the proxy has to be in it. The log tells what the proxy answered.',
  },
  busy: {
    code: 'WECOM_UNAVAILABLE',
    status: 503,
    message: 'NocoBase is busy with other sign-ins. Please try again in a moment.',
    cause:
      'The database was locked by other work for too long, a sign-in of the same member was still under way, or something unexpected went wrong.',
    remedy:
      'Nothing, if it is rare. Otherwise look for "WeCom sign-in failed" with the reason busy in the log. On SQLite with many users, move to PostgreSQL or MySQL.',
  },
} as const satisfies Record<string, FailureInfo>;

/** Key of a row in {@link FAILURES}. */
export type FailureReason = keyof typeof FAILURES;

/** The row of a reason that came from outside (a URL), or undefined when there is no such row. */
export function failureOf(reason: unknown): FailureInfo | undefined {
  return typeof reason === 'string' && Object.prototype.hasOwnProperty.call(FAILURES, reason)
    ? FAILURES[reason as FailureReason]
    : undefined;
}
