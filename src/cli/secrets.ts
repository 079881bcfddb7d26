/** What is shorter is no secret, and might stand in any word. */
const SHORTEST = 4;

const secrets = new Set<string>();

/** A password that must not be shown, also where a server says it back to us. */
export function keepSecret(password: string): void {
  if (password.length >= SHORTEST) secrets.add(password);
}

/** Text for a person, without the passwords that are in use. */
export function withoutSecrets(text: string): string {
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, '***');
  return masked;
}
