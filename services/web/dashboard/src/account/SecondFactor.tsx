import { useState } from "preact/hooks";
import { encode } from "uqr";
import type { TotpSecret } from "../api/types";
import { useWords } from "../i18n/words";
import { useApi, useWho } from "../session/context";
import { Confirm } from "../ui/Confirm";
import { Refusal, TextField, useSubmission } from "../ui/forms";
import { Box } from "../ui/Sections";

/** Codes of an authenticator as the second half of a login. */
export function SecondFactor() {
  const { t } = useWords();
  const api = useApi();
  const { session } = useWho();
  const isOn = session.state.kind === "user" && session.state.me.second_factor;
  const [secret, setSecret] = useState<TotpSecret>();
  const [isRemoving, setRemoving] = useState(false);
  const begin = useSubmission();
  return (
    <Box
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
      <Refusal of={begin} />
      {secret && !isOn && <Confirmation secret={secret} onDone={() => setSecret(undefined)} />}
      {isOn && (
        <footer>
          <button type="button" class="button danger outline" onClick={() => setRemoving(true)}>
            {t("totp.remove")}
          </button>
        </footer>
      )}
      {isRemoving && (
        <Confirm
          title={t("totp.remove")}
          action={t("totp.remove")}
          onDo={async () => {
            await api.delete("me/totp");
            await session.greet();
          }}
          onClose={() => setRemoving(false)}
        >
          {t("totp.remove.text")}
        </Confirm>
      )}
    </Box>
  );
}

function Confirmation({ secret, onDone }: { secret: TotpSecret; onDone: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const { session } = useWho();
  const form = useSubmission();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget as HTMLFormElement).get("code")).replace(/\s/g, "");
    const done = await form.run(async () => {
      await api.post("me/totp/confirm", { code });
      await session.greet();
    }, t("totp.done"));
    if (done) onDone();
  };
  return (
    <form class="row" onSubmit={submit}>
      <Qr text={secret.uri} label={t("totp.qr")} />
      <div class="stack grow">
        <p>{t("totp.scan")}</p>
        <p class="secret" data-secret>
          {secret.secret}
        </p>
        <TextField label={t("login.code")} name="code" inputMode="numeric" autocomplete="one-time-code" required />
        <Refusal of={form} />
        <div>
          <button type="submit" class="button main" disabled={form.isBusy}>
            {t("totp.confirm")}
          </button>
        </div>
      </div>
    </form>
  );
}

/** Drawn here: the secret leaves the browser for nobody. */
function Qr({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 0 });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <path d={squares.join("")} fill="#000" />
    </svg>
  );
}
