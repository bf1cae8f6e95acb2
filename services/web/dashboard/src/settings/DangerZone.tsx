import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { Deletion } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { SettingsCard } from "../ui/SettingsCard";

const POLL_MS = 1000;

/** Deletes the site. */
export function DangerZone({ site }: { site: string }) {
  const { t } = useI18n();
  const api = useApi();
  const [isConfirming, setIsConfirming] = useState(false);
  const [isDeleting, setIsDeleting] = useState(false);
  return (
    <SettingsCard
      danger
      title={t("danger.title")}
      text={t("danger.text")}
      actions={
        !isDeleting && (
          <button type="button" class="button danger" onClick={() => setIsConfirming(true)}>
            {t("danger.delete")}
          </button>
        )
      }
    >
      {isDeleting && <DeletionProgress site={site} />}
      {isConfirming && (
        <ConfirmDialog
          title={t("danger.confirm", { site })}
          confirmLabel={t("danger.delete")}
          confirmationText={site}
          onConfirm={async () => {
            await api.delete(`sites/${encode(site)}`);
            setIsDeleting(true);
          }}
          onClose={() => setIsConfirming(false)}
        >
          {t("danger.confirm.text")}
        </ConfirmDialog>
      )}
    </SettingsCard>
  );
}

function DeletionProgress({ site }: { site: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useApi();
  const path = `deletions/${encode(site)}`;
  const data = useData(path, (signal) => api.get<Deletion>(path, undefined, signal), { every: POLL_MS });
  const deletion = data.value;
  const done = deletion?.finished_at ? 1 : deletion?.rows_total ? deletion.rows_deleted / deletion.rows_total : 0;
  return (
    <div class="stack" role="status">
      <p>
        {deletion?.finished_at
          ? t("danger.done", { n: i18n.number(deletion.rows_deleted) })
          : t("danger.going", {
              n: i18n.number(deletion?.rows_deleted ?? 0),
              all: deletion?.rows_total ? i18n.number(deletion.rows_total) : "…",
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
