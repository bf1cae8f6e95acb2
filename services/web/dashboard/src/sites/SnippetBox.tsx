import { part } from "../api/client";
import type { Snippet } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Bone, CopyButton, Trouble } from "../ui/bits";

/** The line for the pages of a site, and a button that copies it. */
export function SnippetBox({ site }: { site: string }) {
  const { t } = useWords();
  const api = useApi();
  const snippet = useData(`snippet ${site}`, (signal) =>
    api.get<Snippet>(`sites/${part(site)}/snippet`, undefined, signal),
  );
  if (snippet.problem) return <Trouble problem={snippet.problem} onRetry={snippet.reload} />;
  if (!snippet.value) return <Bone width="100%" height="6rem" />;
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
