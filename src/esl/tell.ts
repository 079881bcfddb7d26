/** Calls a listener. One that throws must not hinder whoever tells it, so its error surfaces later, as nobody's. */
export function tell<T>(listener: (item: T) => void, item: T): void {
  try {
    listener(item);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
