/**
 * For all that BullMQ opens: else it asks each time what Redis is, which not every user may, and prints its own words on stderr where it
 * minds the answer; `fitness()` looks at more. It takes Redis for an old one then, and waits for what is delayed in whole seconds: at
 * most one second longer.
 */
export const BULL = { skipVersionCheck: true } as const;
