import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { Alert, AlertChannel, AlertKind, AlertList, CreatedAlert, NewAlert } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Dialog } from "../ui/Dialog";
import { Check, Form, Refusal, SelectField, Strip, TextField, useSubmission } from "../ui/forms";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/Menu";
import { Secret } from "../ui/Secret";
import { Things } from "../ui/Things";
import { Deliveries } from "./Deliveries";

const KINDS = ["spike", "dip", "silence", "weekly", "monthly"] as const;
const USUAL: NewAlert = { kind: "spike", channel: "email", target: "", enabled: true, silence_minutes: 60 };

/** Who is told of what without having to look. */
export function Alerts({ site }: { site: string }) {
  const { t } = useWords();
  const api = useApi();
  const path = `sites/${part(site)}/alerts`;
  const alerts = useData(path, (signal) => api.get<AlertList>(path, undefined, signal));
  const [edited, setEdited] = useState<Alert | "new">();
  const [looked, setLooked] = useState<Alert>();
  const form = useSubmission();
  const test = (alert: Alert) =>
    void form
      .run(() => api.post(`${path}/${part(alert.id)}/test`), t("alerts.tested"))
      .then((done) => done && setLooked(alert));
  const turn = (alert: Alert) =>
    void form
      .run(() => api.put(`${path}/${part(alert.id)}`, bodyOf({ ...alert, enabled: !alert.enabled })), t("saved"))
      .then((done) => done && alerts.reload());
  return (
    <Things
      title={t("settings.alerts")}
      text={t("alerts.text")}
      found={alerts}
      things={alerts.value?.alerts}
      icon="alert"
      none={t("alerts.none")}
      more={[t("alerts.new"), () => setEdited("new")]}
      list={(shown, end) => (
        <ul class="alerts">
          {shown.map((alert) => (
            <li key={alert.id} class="row">
              <div class="grow">
                <strong>{t(`alert.${alert.kind}`)}</strong>{" "}
                {alert.kind === "silence" && (
                  <span class="muted">{t("alerts.after", { n: alert.silence_minutes })}</span>
                )}{" "}
                {!alert.enabled && <span class="tag">{t("alerts.off")}</span>}
                <p class="muted small breakable">
                  {t(`channel.of.${alert.channel}`)} · {alert.target}
                </p>
              </div>
              <button type="button" class="button tight" disabled={form.isBusy} onClick={() => test(alert)}>
                {t("alerts.test")}
              </button>
              <Menu
                end
                class="button tight bare"
                name={`${t("actions")}: ${t(`alert.${alert.kind}`)}`}
                label={<Icon name="down" />}
              >
                {(close) => (
                  <>
                    {(
                      [
                        ["edit", () => setEdited(alert)],
                        [alert.enabled ? "alerts.turn-off" : "alerts.turn-on", () => turn(alert)],
                        ["alerts.deliveries", () => setLooked(alert)],
                        ["delete", () => end(alert)],
                      ] as const
                    ).map(([key, act]) => (
                      <button
                        key={key}
                        type="button"
                        class="item"
                        onClick={() => {
                          close();
                          act();
                        }}
                      >
                        {t(key)}
                      </button>
                    ))}
                  </>
                )}
              </Menu>
            </li>
          ))}
        </ul>
      )}
      ending={{
        action: t("delete"),
        said: t("deleted"),
        title: () => t("alerts.delete"),
        text: ({ target }) => t("alerts.delete.text", { target }),
        path: ({ id }) => `${path}/${part(id)}`,
      }}
    >
      <Refusal of={form} />
      {edited && (
        <AlertForm
          path={path}
          alert={edited === "new" ? undefined : edited}
          onDone={alerts.reload}
          onClose={() => setEdited(undefined)}
        />
      )}
      {looked && (
        <Deliveries
          path={`${path}/${part(looked.id)}/deliveries`}
          title={`${t("alerts.deliveries")}: ${t(`alert.${looked.kind}`)}`}
          onClose={() => setLooked(undefined)}
        />
      )}
    </Things>
  );
}

/** What an alert is made and changed with; only those of silence have minutes. */
const bodyOf = ({ kind, channel, target, enabled, silence_minutes }: NewAlert) => ({
  kind,
  channel,
  target,
  enabled,
  ...(kind === "silence" ? { silence_minutes } : {}),
});

interface FormProps {
  path: string;
  alert: Alert | undefined;
  onDone: () => void;
  onClose: () => void;
}

function AlertForm({ path, alert, onDone, onClose }: FormProps) {
  const { t } = useWords();
  const api = useApi();
  const [draft, setDraft] = useState<NewAlert>(alert ?? USUAL);
  const [secret, setSecret] = useState("");
  const form = useSubmission(["target", "silence_minutes"]);
  const change = (changed: Partial<NewAlert>) => setDraft({ ...draft, ...changed });
  const submit = async () => {
    let made = "";
    const done = await form.run(async () => {
      if (alert) await api.put(`${path}/${part(alert.id)}`, bodyOf(draft));
      else made = (await api.post<CreatedAlert>(path, bodyOf(draft))).secret;
    }, t("saved"));
    if (!done) return;
    onDone();
    if (made && draft.channel === "webhook") setSecret(made);
    else onClose();
  };
  return (
    <Dialog title={t(alert ? "alerts.edit" : "alerts.new")} onClose={onClose}>
      {secret ? (
        <Secret text={t("alerts.secret")} secret={secret} onClose={onClose} />
      ) : (
        <Form of={form} action={t("save")} onCancel={onClose} onSubmit={submit}>
          <SelectField
            label={t("alerts.kind")}
            hint={t(`alert.${draft.kind}.hint`)}
            value={draft.kind}
            options={KINDS.map((kind) => ({ value: kind, label: t(`alert.${kind}`) }))}
            onChoose={(kind) => change({ kind: kind as AlertKind })}
          />
          {draft.kind === "silence" && (
            <TextField
              label={t("alerts.minutes")}
              wrong={form.fields.silence_minutes}
              type="number"
              min={5}
              max={1440}
              required
              value={draft.silence_minutes}
              onInput={(event) => change({ silence_minutes: Number(event.currentTarget.value) })}
            />
          )}
          <div>
            <Strip<AlertChannel>
              name={t("alerts.channel")}
              value={draft.channel}
              onChoose={(channel) => change({ channel, target: "" })}
              options={(["email", "webhook"] as const).map((value) => ({ value, label: t(`channel.of.${value}`) }))}
            />
          </div>
          <TextField
            label={t(`alerts.target.${draft.channel}`)}
            hint={t(`alerts.target.${draft.channel}.hint`)}
            wrong={form.fields.target}
            inputMode={draft.channel === "email" ? "email" : "url"}
            required
            autocomplete="off"
            spellcheck={false}
            value={draft.target}
            onInput={(event) => change({ target: event.currentTarget.value })}
          />
          <Check label={t("alerts.enabled")} checked={draft.enabled} onChange={(enabled) => change({ enabled })} />
        </Form>
      )}
    </Dialog>
  );
}
