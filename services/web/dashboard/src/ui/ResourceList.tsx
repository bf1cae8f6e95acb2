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
  /** The data that the items come from. */
  data: Data<unknown>;
  /** Undefined while loading. */
  items: readonly T[] | undefined;
  icon: IconName;
  /** The text of an empty list. */
  emptyText: string;
  /** The label of the button that creates an item, and the page it opens or the function it calls. */
  create: readonly [name: string, target: string | (() => void)];
  /** The cells of a table row, without its buttons. */
  renderCells?: (item: T) => ComponentChildren;
  /** Renders something other than a table; `onRemove` asks for confirmation, then deletes the item. */
  renderList?: (items: readonly T[], onRemove: (item: T) => void) => ComponentChildren;
  onEdit?: (item: T) => void;
  removal: {
    action: string;
    successMessage: string;
    title: (item: T) => string;
    text: (item: T) => string;
    /** The API path to delete. */
    path: (item: T) => string;
  };
  children?: ComponentChildren;
}

/** A list of items that can be created, edited and deleted. */
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
              {items.map((item) => (
                <tr key={item.id}>
                  {renderCells(item)}
                  <td class="end">
                    {onEdit && (
                      <button type="button" class="button compact ghost" onClick={() => onEdit(item)}>
                        {t("edit")}
                      </button>
                    )}
                    <button type="button" class="button compact danger outline" onClick={() => setRemoving(item)}>
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
