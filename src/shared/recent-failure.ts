/** What is known of a failed sign-in beside its reason. Nothing secret, and nothing about the person. */
export interface FailureFacts {
  /** Path of the setting that is wrong, and what is wrong with it (an i18n key). */
  field?: string;
  problem?: string;
  /** The call to WeCom that failed (`auth/getuserinfo`), how (`refused`, `network`, …), and in which words. */
  call?: string;
  kind?: string;
  detail?: string;
  /** What WeCom answered: its error number, the number by which its support finds the call, the address it saw. */
  errcode?: number;
  hint?: string;
  ip?: string;
}

/** Failed sign-ins of one kind, as `wecom:failures` lists them. */
export interface RecentFailure {
  /** Key of the failures table. */
  reason: string;
  code?: string;
  count: number;
  /** When the first and the last of them happened, in ISO 8601. */
  firstAt: string;
  lastAt: string;
  /** Reference numbers of the last few, the latest first. */
  references: string[];
  /** What is known of the last one. */
  facts: FailureFacts;
}
