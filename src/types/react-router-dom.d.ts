/** What this plugin uses of react-router-dom, which the host gives at run time. */
declare module 'react-router-dom' {
  export function useLocation(): { pathname: string; search: string; hash: string };
}
