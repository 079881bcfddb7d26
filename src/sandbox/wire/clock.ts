/** `YYYY-MM-DD HH:MM:SS`, local time. */
export function localDate(date: Date): string {
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Now as `YYYY-MM-DD HH:MM:SS.microseconds`, local time. */
export function localNow(): string {
  const now = nowInMicroseconds();
  return `${localDate(new Date(now / 1000))}.${String(now % 1_000_000).padStart(6, '0')}`;
}

/** Microseconds since 1970. */
export function nowInMicroseconds(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 1000);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
