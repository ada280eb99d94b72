import { useApp } from '@nocobase/client-v2';
import type { Authenticator } from '@nocobase/plugin-auth/client-v2';
import { useMemo } from 'react';
import { modernLane } from '../client-core/lane';
import { WeComSignIn } from '../client-ui/sign-in/WeComSignIn';

/** Signing in with WeCom on the sign-in page of the new client. */
export default function SignInButton({ authenticator }: { authenticator: Authenticator }) {
  const app = useApp();
  const lane = useMemo(() => modernLane(app, window), [app]);
  return <WeComSignIn app={app} lane={lane} authenticator={authenticator} />;
}
