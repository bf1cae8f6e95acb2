import { encode } from "../api/client";
import type { Snippet } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { CopyButton } from "../ui/CopyButton";
import { ErrorAlert } from "../ui/ErrorAlert";
import { Skeleton } from "../ui/Skeleton";

/** The tracking snippet of a site, with a button that copies it. */
export function SnippetCard({ site }: { site: string }) {
  const { t } = useI18n();
  const api = useApi();
  const snippet = useData(`snippet ${site}`, (signal) =>
    api.get<Snippet>(`sites/${encode(site)}/snippet`, undefined, signal),
  );
  if (snippet.problem) return <ErrorAlert problem={snippet.problem} onRetry={snippet.reload} />;
  if (!snippet.value) return <Skeleton width="100%" height="6rem" />;
  const text = `${snippet.value.html}\n${snippet.value.noscript}`;
  return (
    <div class="snippet stack">
      <pre tabIndex={0} aria-label={t("install.snippet")}>
        <code>{text}</code>
      </pre>
      <div class="row">
        <CopyButton text={text} label={t("install.copy")} />
        <span class="muted small">{t("install.where")}</span>
      </div>
    </div>
  );
}
