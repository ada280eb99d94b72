import { useApp } from '@nocobase/client';
import type { Authenticator } from '@nocobase/plugin-auth/client';
import { useMemo } from 'react';
import { classicLane } from '../client-core/lane';
import { WeComSignIn } from '../client-ui/sign-in/WeComSignIn';

/** Signing in with WeCom on the sign-in page of the classic client. */
export function SignInButton({ authenticator }: { authenticator: Authenticator }) {
  const app = useApp();
  const lane = useMemo(() => classicLane(app, window), [app]);
  return <WeComSignIn app={app} lane={lane} authenticator={authenticator} />;
}
