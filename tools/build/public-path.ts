/**
 * Put in front of both client entries: lazily loaded chunks come from wherever the entry came from (public path, plugin
 * folder, CDN). The host loads entries with requirejs, which runs them later than their script, so
 * `document.currentScript` is already gone; but it marks each script with the module it is for.
 */
declare global {
  var __webpack_public_path__: string;
  const __AMD_NAME__: string;
}

const script = document.querySelector<HTMLScriptElement>(`script[data-requiremodule="${__AMD_NAME__}"]`);
if (script) __webpack_public_path__ = script.src.replace(/[?#].*$/, '').replace(/[^/]*$/, '');

export {};
