/** Wraps `callback` so that its errors never reach the host page. */
export const safely =
  <A extends unknown[]>(callback: (...args: A) => void): ((...args: A) => void) =>
  (...args) => {
    try {
      callback(...args);
    } catch {
      // Better not counted than a broken page.
    }
  };
