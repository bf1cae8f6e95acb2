import { useEffect, useState } from "preact/hooks";
import { nameOfClient } from "../account/nameOfClient";
import { Problem } from "../api/problem";
import { Mark } from "../app/Brand";
import { useWords } from "../i18n/words";
import { go, siteAddress } from "../lib/router";
import { Title } from "../ui/bits";
import { Refusal, TextField, useSubmission } from "../ui/forms";
import { canPair, pair } from "./device";
import type { Pairing } from "./store";
import "../app/shell.css";

interface Props {
  /** Empty where somebody has yet to say which. */
  site: string;
  code: string;
  onPaired: (pairing: Pairing) => void;
}

/** Where a phone comes to by a QR code: it gets a key of its own, which never leaves it. */
export function PairPage({ site, code, onPaired }: Props) {
  const { t } = useWords();
  const [able, setAble] = useState<boolean>();
  const [name, setName] = useState(() => nameOfClient(navigator.userAgent) || t("pair.name.usual"));
  const [address, setAddress] = useState("");
  const form = useSubmission(["name"]);
  const target = site ? { site, code } : targetOf(address);
  useEffect(() => void canPair().then(setAble), []);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void form.run(async () => {
      if (!target) throw new Problem(422, "wrong-pairing-address", "");
      try {
        onPaired(await pair(target.site, target.code, name));
      } catch (error) {
        if (error instanceof Problem && error.status === 401) throw new Problem(401, "pairing-code-refused", "");
        throw error;
      }
      go(siteAddress(target.site), { replace: true });
    });
  };

  return (
    <main class="login" id="main">
      <div class="brand">
        <Mark />
        PyUniqVisit
      </div>
      <form class="card stack" onSubmit={submit}>
        <Title text={site ? t("pair.title", { site }) : t("pair.device")} />
        <p class="muted small">{t("pair.text")}</p>
        {able === false && <p class="note warn small">{t("pair.cannot")}</p>}
        {!site && (
          <TextField
            label={t("pair.address")}
            hint={t("pair.address.hint")}
            required
            autofocus
            autocomplete="off"
            spellcheck={false}
            value={address}
            onInput={(event) => setAddress(event.currentTarget.value)}
          />
        )}
        <TextField
          label={t("pair.name")}
          hint={t("pair.name.hint")}
          wrong={form.fields.name}
          required
          maxLength={100}
          autocomplete="off"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Refusal of={form} />
        <button type="submit" class="button main" disabled={form.isBusy || !able}>
          {t(form.isBusy ? "pair.busy" : "pair.do")}
        </button>
      </form>
    </main>
  );
}

/** Site and code of an address that somebody pasted. */
function targetOf(text: string): { site: string; code: string } | null {
  try {
    const { pathname, hash } = new URL(text.trim(), location.origin);
    const [first, site] = pathname.split("/").slice(1).map(decodeURIComponent);
    const code = new URLSearchParams(hash.slice(1)).get("code");
    return first === "pair" && site && code ? { site, code } : null;
  } catch {
    return null;
  }
}
