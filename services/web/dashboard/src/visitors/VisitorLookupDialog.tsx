import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { VisitorLookup } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { navigate, siteHref } from "../lib/router";
import { useApi } from "../session/SessionContext";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { useSubmission } from "../ui/forms/useSubmission";

/** Finds a visitor by the value of their cookie. */
export function VisitorLookupDialog({ site, onClose }: { site: string; onClose: () => void }) {
  const { t } = useI18n();
  const api = useApi();
  const [cookie, setCookie] = useState("");
  const [isUnknown, setIsUnknown] = useState(false);
  const form = useSubmission(["cookie"]);
  const submit = () =>
    void form.run(async () => {
      const lookup = await api.post<VisitorLookup>(`sites/${encode(site)}/visitors/lookup`, {
        cookie: cookie.trim(),
      });
      setIsUnknown(!lookup.known);
      if (lookup.known) navigate(siteHref(site, "visitors", lookup.visitor));
    });
  return (
    <Dialog title={t("lookup.title")} onClose={onClose}>
      <Form submission={form} class="stack" submitLabel={t("lookup.find")} onCancel={onClose} onSubmit={submit}>
        <p class="muted">{t("lookup.text")}</p>
        <TextField
          label={t("lookup.cookie")}
          error={form.fields.cookie}
          required
          autofocus
          autocomplete="off"
          spellcheck={false}
          value={cookie}
          onInput={(event) => setCookie(event.currentTarget.value)}
        />
        {isUnknown && <p class="notice">{t("lookup.unknown")}</p>}
      </Form>
    </Dialog>
  );
}
