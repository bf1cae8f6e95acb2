import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A component whose code is loaded when it is shown first. */
export function later<Props extends object, Module>(
  load: () => Promise<Module>,
  pick: (module: Module) => ComponentType<Props>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [, setReady] = useState(false);
    useEffect(() => {
      let wanted = true;
      if (!loaded)
        void load().then((module) => {
          loaded = pick(module);
          if (wanted) setReady(true);
        });
      return () => void (wanted = false);
    }, []);
    const Component = loaded as ComponentType<object> | undefined;
    return Component ? <Component {...props} /> : null;
  };
}
