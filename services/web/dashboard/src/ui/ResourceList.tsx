import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useI18n } from "../i18n/i18n";
import type { Data } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { ConfirmDialog } from "./ConfirmDialog";
import { EmptyState } from "./EmptyState";
import { ErrorAlert } from "./ErrorAlert";
import { Icon, type IconName } from "./Icon";
import { SettingsCard } from "./SettingsCard";
import { SkeletonLines } from "./Skeleton";

interface Props<T> {
  title: string;
  text: string;
  /** What they are asked of. */
  data: Data<unknown>;
  /** Undefined: not known yet. */
  items: readonly T[] | undefined;
  icon: IconName;
  /** What is said where there is none. */
  emptyText: string;
  /** The way to one more: what it is called, and an address or what happens. */
  create: readonly [name: string, way: string | (() => void)];
  /** The cells of a row, but for its buttons. */
  renderCells?: (thing: T) => ComponentChildren;
  /** Another list than a table; `end` asks once more whether one of them has to go. */
  renderList?: (things: readonly T[], end: (thing: T) => void) => ComponentChildren;
  onEdit?: (thing: T) => void;
  removal: {
    action: string;
    successMessage: string;
    title: (thing: T) => string;
    text: (thing: T) => string;
    /** What is deleted of the API. */
    path: (thing: T) => string;
  };
  children?: ComponentChildren;
}

/** What is made, listed, perhaps changed, and taken away again. */
export function ResourceList<T extends { id: string }>({
  title,
  text,
  data,
  items,
  icon,
  emptyText,
  create: [name, target],
  renderCells,
  renderList,
  onEdit,
  removal,
  children,
}: Props<T>) {
  const { t } = useI18n();
  const api = useApi();
  const [removing, setRemoving] = useState<T>();
  const createLabel = (
    <>
      <Icon name="plus" />
      {name}
    </>
  );
  return (
    <SettingsCard
      title={title}
      text={text}
      actions={
        typeof target === "string" ? (
          <a class="button" href={target}>
            {createLabel}
          </a>
        ) : (
          <button type="button" class="button" onClick={target}>
            {createLabel}
          </button>
        )
      }
    >
      {data.problem && <ErrorAlert problem={data.problem} onRetry={data.reload} />}
      {!items && !data.problem && <SkeletonLines lines={2} />}
      {items?.length === 0 && <EmptyState icon={icon}>{emptyText}</EmptyState>}
      {items && items.length > 0 && renderList?.(items, setRemoving)}
      {items && items.length > 0 && renderCells && (
        <div class="scroll-x">
          <table class="table stacked">
            <tbody>
              {items.map((thing) => (
                <tr key={thing.id}>
                  {renderCells(thing)}
                  <td class="end">
                    {onEdit && (
                      <button type="button" class="button compact ghost" onClick={() => onEdit(thing)}>
                        {t("edit")}
                      </button>
                    )}
                    <button type="button" class="button compact danger outline" onClick={() => setRemoving(thing)}>
                      {removal.action}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {children}
      {removing && (
        <ConfirmDialog
          title={removal.title(removing)}
          confirmLabel={removal.action}
          successMessage={removal.successMessage}
          onConfirm={async () => {
            await api.delete(removal.path(removing));
            data.reload();
          }}
          onClose={() => setRemoving(undefined)}
        >
          {removal.text(removing)}
        </ConfirmDialog>
      )}
    </SettingsCard>
  );
}
