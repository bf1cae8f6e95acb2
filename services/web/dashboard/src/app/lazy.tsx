import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Returns a component whose code is loaded when it is first rendered; until then it renders nothing. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const module: Module<Props> = { load, component: undefined };
  return (props) => <Lazy module={module} props={props} />;
}

interface Module<Props> {
  load: () => Promise<ComponentType<Props>>;
  component: ComponentType<Props> | undefined;
}

function Lazy<Props extends object>({ module, props }: { module: Module<Props>; props: Props }) {
  const [, setReady] = useState(false);
  useEffect(() => {
    if (module.component) return;
    let isMounted = true;
    void module.load().then((component) => {
      module.component = component;
      if (isMounted) setReady(true);
    });
    return () => {
      isMounted = false;
    };
  }, [module]);
  const Component = module.component;
  return Component ? <Component {...props} /> : null;
}
