import { useState } from "preact/hooks";
import type { Site } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { navigate, siteHref } from "../lib/router";
import { useApi } from "../session/SessionContext";
import { TextField } from "../ui/forms/Field";
import { FormError } from "../ui/forms/Form";
import { useSubmission } from "../ui/forms/useSubmission";
import { PageTitle } from "../ui/PageTitle";
import { InstallSteps } from "./InstallSteps";
import { TimeZoneField } from "./TimeZoneField";
import "./sites.css";

/** Creates a site, then shows its snippet and waits for the first page view. */
export function NewSitePage() {
  const { t } = useI18n();
  const api = useApi();
  const [url, setUrl] = useState("");
  const [name, setName] = useState<string>();
  const [zone, setZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC");
  const [createdSite, setCreatedSite] = useState<Site>();
  const submission = useSubmission(["name", "url", "timezone"]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const address = /^https?:\/\//i.test(url.trim()) ? url.trim() : `https://${url.trim()}`;
    void submission.run(async () =>
      setCreatedSite(
        await api.post<Site>("sites", { name: name ?? suggestSiteName(url), url: address, timezone: zone }),
      ),
    );
  };

  return (
    <main class="page narrow stack wide" id="main">
      <PageTitle text={createdSite ? t("new.ready", { site: createdSite.name }) : t("sites.new")} />
      {createdSite ? (
        <>
          <InstallSteps site={createdSite.name} />
          <p>
            <button type="button" class="button" onClick={() => navigate(siteHref(createdSite.name))}>
              {t("new.to-site")}
            </button>
          </p>
        </>
      ) : (
        <form class="card padded stack wide" onSubmit={submit}>
          <TextField
            label={t("site.url")}
            hint={t("new.url.hint")}
            error={submission.fields.url}
            name="url"
            inputMode="url"
            autocomplete="off"
            placeholder="https://example.com"
            required
            autofocus
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
          <TextField
            label={t("site.name")}
            hint={t("new.name.hint")}
            error={submission.fields.name}
            name="name"
            autocomplete="off"
            spellcheck={false}
            required
            value={name ?? suggestSiteName(url)}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <TimeZoneField value={zone} error={submission.fields.timezone} onChange={setZone} />
          <FormError submission={submission} />
          <div class="row">
            <button type="submit" class="button primary" disabled={submission.isBusy}>
              {t("new.create")}
            </button>
            <a class="button ghost" href="/">
              {t("cancel")}
            </a>
          </div>
        </form>
      )}
    </main>
  );
}

/** Suggests a site name for a URL: `https://www.Blog.example:8080/en` -> `blog.example` */
export function suggestSiteName(url: string): string {
  const host =
    url
      .trim()
      .toLowerCase()
      .replace(/^[a-z]+:\/\//, "")
      .replace(/^[^/]*@/, "")
      .split(/[/?#:]/)[0] ?? "";
  return host
    .replace(/^www\./, "")
    .replace(/[^a-z0-9._-]/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 63);
}
