import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon";

export function EmptyState({ icon = "chart", children }: { icon?: IconName; children: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}
