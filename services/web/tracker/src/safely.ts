/** `work` that keeps its errors to itself: whatever fails here is never the host page's concern. */
export const safely =
  <A extends unknown[]>(work: (...args: A) => void): ((...args: A) => void) =>
  (...args) => {
    try {
      work(...args);
    } catch {
      // Not counted, then.
    }
  };
