import { useEffect, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { Logo } from "../app/Brand";
import { useI18n } from "../i18n/i18n";
import { navigate, siteHref } from "../lib/router";
import { clientName } from "../lib/userAgent";
import { TextField } from "../ui/forms/Field";
import { FormError } from "../ui/forms/Form";
import { useSubmission } from "../ui/forms/useSubmission";
import { PageTitle } from "../ui/PageTitle";
import { canPair, pairDevice } from "./deviceCredentials";
import type { Pairing } from "./pairingStore";
import "../app/app.css";

interface Props {
  /** Empty until the user enters a pairing URL. */
  site: string;
  code: string;
  onPaired: (pairing: Pairing) => void;
}

/** Pairs this browser with a site after a QR code was scanned. The private key never leaves the browser. */
export function PairDevicePage({ site, code, onPaired }: Props) {
  const { t } = useI18n();
  const [isSupported, setIsSupported] = useState<boolean>();
  const [name, setName] = useState(() => clientName(navigator.userAgent) || t("pair.name.usual"));
  const [address, setAddress] = useState("");
  const form = useSubmission(["name"]);
  const target = site ? { site, code } : parsePairingUrl(address);
  useEffect(() => void canPair().then(setIsSupported), []);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void form.run(async () => {
      if (!target) throw new Problem(422, "wrong-pairing-address", "");
      try {
        onPaired(await pairDevice(target.site, target.code, name));
      } catch (error) {
        if (error instanceof Problem && error.status === 401) throw new Problem(401, "pairing-code-refused", "");
        throw error;
      }
      navigate(siteHref(target.site), { replace: true });
    });
  };

  return (
    <main class="login" id="main">
      <div class="brand">
        <Logo />
        PyUniqVisit
      </div>
      <form class="card stack" onSubmit={submit}>
        <PageTitle text={site ? t("pair.title", { site }) : t("pair.device")} />
        <p class="muted small">{t("pair.text")}</p>
        {isSupported === false && <p class="notice warn small">{t("pair.cannot")}</p>}
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
          error={form.fields.name}
          required
          maxLength={100}
          autocomplete="off"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <FormError submission={form} />
        <button type="submit" class="button primary" disabled={form.isBusy || !isSupported}>
          {t(form.isBusy ? "pair.busy" : "pair.do")}
        </button>
      </form>
    </main>
  );
}

/** The site and the code of a pairing URL. */
function parsePairingUrl(text: string): { site: string; code: string } | null {
  try {
    const { pathname, hash } = new URL(text.trim(), location.origin);
    const [first, site] = pathname.split("/").slice(1).map(decodeURIComponent);
    const code = new URLSearchParams(hash.slice(1)).get("code");
    return first === "pair" && site && code ? { site, code } : null;
  } catch {
    return null;
  }
}
