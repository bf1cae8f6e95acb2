import { useState } from "preact/hooks";
import type { Site } from "../api/types";
import { useWords } from "../i18n/words";
import { go, siteAddress } from "../lib/router";
import { useApi } from "../session/context";
import { Title } from "../ui/bits";
import { Refusal, TextField, useSubmission } from "../ui/forms";
import { Installing } from "./Installing";
import { nameOf } from "./nameOf";
import { ZoneField } from "./ZoneField";
import "./sites.css";

/** Three fields, then the snippet, then the first page view. */
export function NewSitePage() {
  const { t } = useWords();
  const api = useApi();
  const [url, setUrl] = useState("");
  const [name, setName] = useState<string>();
  const [zone, setZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC");
  const [made, setMade] = useState<Site>();
  const submission = useSubmission(["name", "url", "timezone"]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const address = /^https?:\/\//i.test(url.trim()) ? url.trim() : `https://${url.trim()}`;
    void submission.run(async () =>
      setMade(await api.post<Site>("sites", { name: name ?? nameOf(url), url: address, timezone: zone })),
    );
  };

  return (
    <main class="page narrow stack wide" id="main">
      <Title text={made ? t("new.ready", { site: made.name }) : t("sites.new")} />
      {made ? (
        <>
          <Installing site={made.name} />
          <p>
            <button type="button" class="button" onClick={() => go(siteAddress(made.name))}>
              {t("new.to-site")}
            </button>
          </p>
        </>
      ) : (
        <form class="card padded stack wide" onSubmit={submit}>
          <TextField
            label={t("site.url")}
            hint={t("new.url.hint")}
            wrong={submission.fields.url}
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
            wrong={submission.fields.name}
            name="name"
            autocomplete="off"
            spellcheck={false}
            required
            value={name ?? nameOf(url)}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <ZoneField value={zone} wrong={submission.fields.timezone} onChange={setZone} />
          <Refusal of={submission} />
          <div class="row">
            <button type="submit" class="button main" disabled={submission.isBusy}>
              {t("new.create")}
            </button>
            <a class="button bare" href="/">
              {t("cancel")}
            </a>
          </div>
        </form>
      )}
    </main>
  );
}
