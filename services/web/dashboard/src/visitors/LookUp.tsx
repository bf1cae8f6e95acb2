import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { VisitorLookup } from "../api/types";
import { useWords } from "../i18n/words";
import { go, siteAddress } from "../lib/router";
import { useApi } from "../session/context";
import { Dialog } from "../ui/Dialog";
import { Form, TextField, useSubmission } from "../ui/forms";

/** Finds the visitor who sent us the value of their own cookie. */
export function LookUp({ site, onClose }: { site: string; onClose: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const [cookie, setCookie] = useState("");
  const [unknown, setUnknown] = useState(false);
  const form = useSubmission(["cookie"]);
  const submit = () =>
    void form.run(async () => {
      const found = await api.post<VisitorLookup>(`sites/${part(site)}/visitors/lookup`, {
        cookie: cookie.trim(),
      });
      setUnknown(!found.known);
      if (found.known) go(siteAddress(site, "visitors", found.visitor));
    });
  return (
    <Dialog title={t("lookup.title")} onClose={onClose}>
      <Form of={form} class="stack" action={t("lookup.find")} onCancel={onClose} onSubmit={submit}>
        <p class="muted">{t("lookup.text")}</p>
        <TextField
          label={t("lookup.cookie")}
          wrong={form.fields.cookie}
          required
          autofocus
          autocomplete="off"
          spellcheck={false}
          value={cookie}
          onInput={(event) => setCookie(event.currentTarget.value)}
        />
        {unknown && <p class="note">{t("lookup.unknown")}</p>}
      </Form>
    </Dialog>
  );
}
