import tls from 'node:tls';

const trusted = new Set<string>();
const create = tls.createSecureContext;

/**
 * Makes this process trust a certificate, as `NODE_EXTRA_CA_CERTS` does when a process starts. Everything else about
 * certificates is checked as usual, names above all.
 *
 * @returns how to end it
 */
export function trust(certificate: string): () => void {
  trusted.add(certificate);
  tls.createSecureContext = (options) => {
    const context = create(options);
    trusted.forEach((each) => (context.context as { addCACert(pem: string): void }).addCACert(each));
    return context;
  };
  return () => {
    trusted.delete(certificate);
    if (trusted.size === 0) {
      tls.createSecureContext = create;
    }
  };
}
