import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { Deletion } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Confirm } from "../ui/Confirm";
import { Box } from "../ui/Sections";

const EVERY_MS = 1000;

/** What cannot be undone. */
export function DangerZone({ site }: { site: string }) {
  const { t } = useWords();
  const api = useApi();
  const [isAsking, setAsking] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  return (
    <Box
      danger
      title={t("danger.title")}
      text={t("danger.text")}
      actions={
        !isDeleting && (
          <button type="button" class="button danger" onClick={() => setAsking(true)}>
            {t("danger.delete")}
          </button>
        )
      }
    >
      {isDeleting && <Progress site={site} />}
      {isAsking && (
        <Confirm
          title={t("danger.confirm", { site })}
          action={t("danger.delete")}
          typed={site}
          onDo={async () => {
            await api.delete(`sites/${part(site)}`);
            setDeleting(true);
          }}
          onClose={() => setAsking(false)}
        >
          {t("danger.confirm.text")}
        </Confirm>
      )}
    </Box>
  );
}

function Progress({ site }: { site: string }) {
  const words = useWords();
  const { t } = words;
  const api = useApi();
  const path = `deletions/${part(site)}`;
  const found = useData(path, (signal) => api.get<Deletion>(path, undefined, signal), { every: EVERY_MS });
  const deletion = found.value;
  const done = deletion?.finished_at ? 1 : deletion?.rows_total ? deletion.rows_deleted / deletion.rows_total : 0;
  return (
    <div class="stack" role="status">
      <p>
        {deletion?.finished_at
          ? t("danger.done", { n: words.exact(deletion.rows_deleted) })
          : t("danger.going", {
              n: words.exact(deletion?.rows_deleted ?? 0),
              all: deletion?.rows_total ? words.exact(deletion.rows_total) : "…",
            })}
      </p>
      <div class="progress">
        <span style={{ width: `${done * 100}%` }} />
      </div>
      {deletion?.finished_at && (
        <p>
          <a href="/">{t("not-found.back")}</a>
        </p>
      )}
    </div>
  );
}
