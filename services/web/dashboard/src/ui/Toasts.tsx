import { type ComponentChildren, createContext } from "preact";
import { useCallback, useContext, useState } from "preact/hooks";

const VISIBLE_MS = 4000;
const ToastContext = createContext<(text: string) => void>(() => undefined);

/** Returns a function that shows a short message for a few seconds. */
export const useToast = () => useContext(ToastContext);

export function Toasts({ children }: { children: ComponentChildren }) {
  const [toasts, setToasts] = useState<{ id: number; text: string }[]>([]);
  const show = useCallback((text: string) => {
    const id = Math.random();
    setToasts((old) => [...old, { id, text }]);
    setTimeout(() => setToasts((old) => old.filter((each) => each.id !== id)), VISIBLE_MS);
  }, []);
  return (
    <ToastContext.Provider value={show}>
      {children}
      <div class="toasts" role="status">
        {toasts.map(({ id, text }) => (
          <p key={id} class="toast">
            {text}
          </p>
        ))}
      </div>
    </ToastContext.Provider>
  );
}
