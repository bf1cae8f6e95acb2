import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../i18n/words";
import type { Data } from "../lib/useData";
import { useApi } from "../session/context";
import { Bones, Empty, Trouble } from "./bits";
import { Confirm } from "./Confirm";
import { Icon, type IconName } from "./icons";
import { Box } from "./Sections";

interface Props<T> {
  title: string;
  text: string;
  /** What they are asked of. */
  found: Data<unknown>;
  /** Undefined: not known yet. */
  things: readonly T[] | undefined;
  icon: IconName;
  /** What is said where there is none. */
  none: string;
  /** The way to one more: what it is called, and an address or what happens. */
  more: readonly [name: string, way: string | (() => void)];
  /** The cells of a row, but for its buttons. */
  cells?: (thing: T) => ComponentChildren;
  /** Another list than a table; `end` asks once more whether one of them has to go. */
  list?: (things: readonly T[], end: (thing: T) => void) => ComponentChildren;
  onEdit?: (thing: T) => void;
  ending: {
    action: string;
    said: string;
    title: (thing: T) => string;
    text: (thing: T) => string;
    /** What is deleted of the API. */
    path: (thing: T) => string;
  };
  children?: ComponentChildren;
}

/** What is made, listed, perhaps changed, and taken away again. */
export function Things<T extends { id: string }>({
  title,
  text,
  found,
  things,
  icon,
  none,
  more: [name, way],
  cells,
  list,
  onEdit,
  ending,
  children,
}: Props<T>) {
  const { t } = useWords();
  const api = useApi();
  const [asked, setAsked] = useState<T>();
  const plus = (
    <>
      <Icon name="plus" />
      {name}
    </>
  );
  return (
    <Box
      title={title}
      text={text}
      actions={
        typeof way === "string" ? (
          <a class="button" href={way}>
            {plus}
          </a>
        ) : (
          <button type="button" class="button" onClick={way}>
            {plus}
          </button>
        )
      }
    >
      {found.problem && <Trouble problem={found.problem} onRetry={found.reload} />}
      {!things && !found.problem && <Bones lines={2} />}
      {things?.length === 0 && <Empty icon={icon}>{none}</Empty>}
      {things && things.length > 0 && list?.(things, setAsked)}
      {things && things.length > 0 && cells && (
        <div class="scroll-x">
          <table class="list stacked">
            <tbody>
              {things.map((thing) => (
                <tr key={thing.id}>
                  {cells(thing)}
                  <td class="end">
                    {onEdit && (
                      <button type="button" class="button tight bare" onClick={() => onEdit(thing)}>
                        {t("edit")}
                      </button>
                    )}
                    <button type="button" class="button tight danger outline" onClick={() => setAsked(thing)}>
                      {ending.action}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {children}
      {asked && (
        <Confirm
          title={ending.title(asked)}
          action={ending.action}
          said={ending.said}
          onDo={async () => {
            await api.delete(ending.path(asked));
            found.reload();
          }}
          onClose={() => setAsked(undefined)}
        >
          {ending.text(asked)}
        </Confirm>
      )}
    </Box>
  );
}
