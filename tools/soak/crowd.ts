import { DEMO_CORP_ID, type FaultInput, type Simulator } from '../../simulator';
import { FAILURES, type FailureReason } from '../../src/shared/failures';
import { Device, type SignInAnswer } from '../device';

/** Members that come back again and again. */
const REGULARS = 40;

/** What goes wrong at WeCom during a soak. */
export const FAULTS: FaultInput['kind'][] = [
  'reset',
  'hang',
  'truncated-json',
  'empty',
  { status: 502, html: '<h1>Bad Gateway</h1>' },
  { errcode: -1 },
  { errcode: 40029 },
  { errcode: 45009 },
  { errcode: 60020, errmsg: 'not allow to access from your ip, from ip: 203.0.113.5' },
];

/** What people hear when WeCom fails like that. */
const CAUSED_BY_FAULTS: FailureReason[] = ['unavailable', 'codeInvalid', 'rateLimited', 'ipNotTrusted'];

/** A kind of visit. */
export interface Kind {
  /** How many of a hundred visits are of it. */
  share: number;
  /** How it ends when nothing goes wrong. */
  expected: string;
  /** Whether it calls WeCom, so that a fault may hit it. */
  calls: boolean;
  run(crowd: Crowd): Promise<SignInAnswer>;
}

const KINDS: Kind[] = [
  { share: 55, expected: '200', calls: true, run: (crowd) => crowd.device().signIn(crowd.regular()) },
  { share: 20, expected: '200', calls: true, run: (crowd) => crowd.device(false).signIn(crowd.regular()) },
  {
    share: 10,
    expected: '200',
    calls: true,
    run: (crowd) => crowd.device().signIn(crowd.newcomer(), { consent: true }),
  },
  {
    share: 3,
    expected: outcomeOf('consentRequired'),
    calls: true,
    run: (crowd) => crowd.device().signIn(crowd.newcomer()),
  },
  {
    share: 3,
    expected: outcomeOf('notMember'),
    calls: true,
    run: (crowd) => crowd.device().signIn({ openid: 'oDemo0123456789abcdefghijkl' }),
  },
  {
    // Back on a device that did not begin.
    share: 3,
    expected: outcomeOf('stateInvalid'),
    calls: false,
    run: async (crowd) => crowd.device().finish(await crowd.device().begin(crowd.regular())),
  },
  {
    share: 3,
    expected: outcomeOf('cancelled'),
    calls: false,
    run: async (crowd) => {
      const device = crowd.device();
      return device.finish({ state: (await device.begin(crowd.regular())).state });
    },
  },
  {
    // Twice back with one state.
    share: 3,
    expected: outcomeOf('stateInvalid'),
    calls: false,
    run: async (crowd) => {
      const device = crowd.device();
      const back = await device.begin(crowd.regular());
      const copy = device.copy();
      await device.finish(back);
      return copy.finish(back);
    },
  },
];

/** An answer in a few words: `200`, `503 unavailable`. */
export function outcome({ status, reason }: SignInAnswer): string {
  return reason ? `${status} ${reason}` : String(status);
}

function outcomeOf(reason: FailureReason): string {
  return outcome({ status: FAILURES[reason].status, reason });
}

/** Whether a visit may end like this when WeCom fails. */
export function isCausedByFault({ calls }: Kind, ended: string): boolean {
  return calls && CAUSED_BY_FAULTS.some((reason) => ended === outcomeOf(reason));
}

/** A kind of visit by chance, the frequent ones more often. */
export function anyKind(): Kind {
  let left = Math.random() * KINDS.reduce((sum, { share }) => sum + share, 0);
  return KINDS.find(({ share }) => (left -= share) < 0) ?? KINDS[0];
}

/** The people of the company, old and new. */
export class Crowd {
  private newcomers = 0;

  constructor(
    private readonly url: string,
    private readonly wecom: Simulator,
  ) {}

  device(inWeCom = true): Device {
    return new Device({ url: this.url, wecom: this.wecom, inWeCom });
  }

  regular(): string {
    return `regular${Math.floor(Math.random() * REGULARS)}`;
  }

  newcomer(): string {
    this.newcomers += 1;
    return this.join(`newcomer${this.newcomers}`, `137${String(10_000_000 + this.newcomers)}`);
  }

  /** Every regular has been here once. */
  async introduceRegulars(): Promise<void> {
    for (let index = 0; index < REGULARS; index += 1) {
      const userid = this.join(`regular${index}`, `138${String(10_000_000 + index)}`);
      const { status } = await this.device().signIn(userid, { consent: true });
      if (status !== 200) throw new Error(`the first sign-in of a regular answered ${status}`);
    }
  }

  private join(userid: string, mobile: string): string {
    const corp = this.wecom.corp(DEMO_CORP_ID);
    corp.apps.forEach(({ visible }) => visible?.push(userid));
    corp.addMember({ userid, name: userid, mobile });
    return userid;
  }
}
