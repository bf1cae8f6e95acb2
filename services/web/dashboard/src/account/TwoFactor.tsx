import { useState } from "preact/hooks";
import { encode } from "uqr";
import type { TotpSecret } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useApi, useSession } from "../session/SessionContext";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { TextField } from "../ui/forms/Field";
import { FormError } from "../ui/forms/Form";
import { useSubmission } from "../ui/forms/useSubmission";
import { SettingsCard } from "../ui/SettingsCard";

/** Turns codes of an authenticator app on and off as a second factor. */
export function TwoFactor() {
  const { t } = useI18n();
  const api = useApi();
  const { session } = useSession();
  const isOn = session.state.kind === "user" && session.state.me.second_factor;
  const [secret, setSecret] = useState<TotpSecret>();
  const [isRemoving, setIsRemoving] = useState(false);
  const begin = useSubmission();
  return (
    <SettingsCard
      title={t("totp.title")}
      text={t("totp.text")}
      actions={
        isOn ? (
          <span class="tag accent">{t("totp.on")}</span>
        ) : (
          !secret && (
            <button
              type="button"
              class="button"
              disabled={begin.isBusy}
              onClick={() => void begin.run(async () => setSecret(await api.post<TotpSecret>("me/totp")))}
            >
              {t("totp.begin")}
            </button>
          )
        )
      }
    >
      <FormError submission={begin} />
      {secret && !isOn && <TotpSetup secret={secret} onDone={() => setSecret(undefined)} />}
      {isOn && (
        <footer>
          <button type="button" class="button danger outline" onClick={() => setIsRemoving(true)}>
            {t("totp.remove")}
          </button>
        </footer>
      )}
      {isRemoving && (
        <ConfirmDialog
          title={t("totp.remove")}
          confirmLabel={t("totp.remove")}
          onConfirm={async () => {
            await api.delete("me/totp");
            await session.reloadUser();
          }}
          onClose={() => setIsRemoving(false)}
        >
          {t("totp.remove.text")}
        </ConfirmDialog>
      )}
    </SettingsCard>
  );
}

function TotpSetup({ secret, onDone }: { secret: TotpSecret; onDone: () => void }) {
  const { t } = useI18n();
  const api = useApi();
  const { session } = useSession();
  const form = useSubmission();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget as HTMLFormElement).get("code")).replace(/\s/g, "");
    const done = await form.run(async () => {
      await api.post("me/totp/confirm", { code });
      await session.reloadUser();
    }, t("totp.done"));
    if (done) onDone();
  };
  return (
    <form class="row" onSubmit={submit}>
      <QrCode text={secret.uri} label={t("totp.qr")} />
      <div class="stack grow">
        <p>{t("totp.scan")}</p>
        <p class="secret" data-secret>
          {secret.secret}
        </p>
        <TextField label={t("login.code")} name="code" inputMode="numeric" autocomplete="one-time-code" required />
        <FormError submission={form} />
        <div>
          <button type="submit" class="button primary" disabled={form.isBusy}>
            {t("totp.confirm")}
          </button>
        </div>
      </div>
    </form>
  );
}

/** Drawn in the browser, so that the secret is sent nowhere. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 0 });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <path d={squares.join("")} fill="#000" />
    </svg>
  );
}
