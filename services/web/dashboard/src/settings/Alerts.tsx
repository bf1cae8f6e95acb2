import { useState } from "preact/hooks";
import { part } from "../api/client";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Bones, CopyButton, Empty, Trouble } from "../ui/bits";
import { Confirm } from "../ui/Confirm";
import { Dialog } from "../ui/Dialog";
import { Check, Refusal, SelectField, Strip, TextField, useSubmission } from "../ui/forms";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/Menu";
import { Box } from "../ui/Sections";
import { Deliveries } from "./Deliveries";

const KINDS = ["spike", "dip", "silence", "weekly", "monthly"] as const;
type Kind = (typeof KINDS)[number];
type Channel = "email" | "webhook";

interface NewAlert {
  kind: Kind;
  channel: Channel;
  target: string;
  enabled: boolean;
  silence_minutes: number;
}

export interface Alert extends NewAlert {
  id: string;
}

const USUAL: NewAlert = { kind: "spike", channel: "email", target: "", enabled: true, silence_minutes: 60 };

/** Who is told of what without having to look. */
export function Alerts({ site }: { site: string }) {
  const { t } = useWords();
  const api = useApi();
  const path = `sites/${part(site)}/alerts`;
  const alerts = useData(path, (signal) => api.get<{ alerts: Alert[] }>(path, undefined, signal));
  const [edited, setEdited] = useState<Alert | "new">();
  const [ending, setEnding] = useState<Alert>();
  const [looked, setLooked] = useState<Alert>();
  const form = useSubmission();
  const test = (alert: Alert) =>
    void form.run(() => api.post(`${path}/${part(alert.id)}/test`), t("alerts.tested")).then((done) => done && setLooked(alert));
  const turn = (alert: Alert) => void form.run(() => api.put(`${path}/${part(alert.id)}`, bodyOf({ ...alert, enabled: !alert.enabled })), t("saved")).then((done) => done && alerts.reload());
  return (
    <Box
      title={t("settings.alerts")}
      text={t("alerts.text")}
      actions={
        <button type="button" class="button" onClick={() => setEdited("new")}>
          <Icon name="plus" />
          {t("alerts.new")}
        </button>
      }
    >
      {alerts.problem && <Trouble problem={alerts.problem} onRetry={alerts.reload} />}
      {!alerts.value && !alerts.problem && <Bones lines={2} />}
      {alerts.value?.alerts.length === 0 && <Empty icon="alert">{t("alerts.none")}</Empty>}
      <Refusal of={form} />
      {alerts.value && alerts.value.alerts.length > 0 && (
        <ul class="alerts">
          {alerts.value.alerts.map((alert) => (
            <li key={alert.id} class="row">
              <div class="grow">
                <strong>{t(`alert.${alert.kind}`)}</strong> {alert.kind === "silence" && <span class="muted">{t("alerts.after", { n: alert.silence_minutes })}</span>}{" "}
                {!alert.enabled && <span class="tag">{t("alerts.off")}</span>}
                <p class="muted small breakable">
                  {t(`channel.of.${alert.channel}`)} · {alert.target}
                </p>
              </div>
              <button type="button" class="button tight" disabled={form.isBusy} onClick={() => test(alert)}>
                {t("alerts.test")}
              </button>
              <Menu end class="button tight bare" name={`${t("actions")}: ${t(`alert.${alert.kind}`)}`} label={<Icon name="down" />}>
                {(close) => (
                  <>
                    {(
                      [
                        ["edit", () => setEdited(alert)],
                        [alert.enabled ? "alerts.turn-off" : "alerts.turn-on", () => turn(alert)],
                        ["alerts.deliveries", () => setLooked(alert)],
                        ["delete", () => setEnding(alert)],
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
      {edited && <AlertForm path={path} alert={edited === "new" ? undefined : edited} onDone={alerts.reload} onClose={() => setEdited(undefined)} />}
      {looked && <Deliveries path={`${path}/${part(looked.id)}/deliveries`} title={`${t("alerts.deliveries")}: ${t(`alert.${looked.kind}`)}`} onClose={() => setLooked(undefined)} />}
      {ending && (
        <Confirm
          title={t("alerts.delete")}
          action={t("delete")}
          said={t("deleted")}
          onDo={async () => {
            await api.delete(`${path}/${part(ending.id)}`);
            alerts.reload();
          }}
          onClose={() => setEnding(undefined)}
        >
          {t("alerts.delete.text", { target: ending.target })}
        </Confirm>
      )}
    </Box>
  );
}

/** What an alert is made and changed with; only those of silence have minutes. */
const bodyOf = ({ kind, channel, target, enabled, silence_minutes }: NewAlert) => ({ kind, channel, target, enabled, ...(kind === "silence" ? { silence_minutes } : {}) });

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
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    let made = "";
    const done = await form.run(async () => {
      if (alert) await api.put(`${path}/${part(alert.id)}`, bodyOf(draft));
      else made = (await api.post<{ secret: string }>(path, bodyOf(draft))).secret;
    }, t("saved"));
    if (!done) return;
    onDone();
    if (made && draft.channel === "webhook") setSecret(made);
    else onClose();
  };
  return (
    <Dialog title={t(alert ? "alerts.edit" : "alerts.new")} onClose={onClose}>
      {secret ? (
        <div class="stack">
          <p>{t("alerts.secret")}</p>
          <p class="secret" data-secret>
            {secret}
          </p>
          <footer>
            <CopyButton text={secret} />
            <button type="button" class="button main" onClick={onClose}>
              {t("done")}
            </button>
          </footer>
        </div>
      ) : (
        <form class="stack wide" onSubmit={submit}>
          <SelectField label={t("alerts.kind")} hint={t(`alert.${draft.kind}.hint`)} value={draft.kind} options={KINDS.map((kind) => ({ value: kind, label: t(`alert.${kind}`) }))} onChoose={(kind) => change({ kind: kind as Kind })} />
          {draft.kind === "silence" && (
            <TextField label={t("alerts.minutes")} wrong={form.fields.silence_minutes} type="number" min={5} max={1440} required value={draft.silence_minutes} onInput={(event) => change({ silence_minutes: Number(event.currentTarget.value) })} />
          )}
          <div>
            <Strip<Channel> name={t("alerts.channel")} value={draft.channel} onChoose={(channel) => change({ channel, target: "" })} options={(["email", "webhook"] as const).map((value) => ({ value, label: t(`channel.of.${value}`) }))} />
          </div>
          <TextField label={t(`alerts.target.${draft.channel}`)} hint={t(`alerts.target.${draft.channel}.hint`)} wrong={form.fields.target} inputMode={draft.channel === "email" ? "email" : "url"} required autocomplete="off" spellcheck={false} value={draft.target} onInput={(event) => change({ target: event.currentTarget.value })} />
          <Check label={t("alerts.enabled")} checked={draft.enabled} onChange={(enabled) => change({ enabled })} />
          <Refusal of={form} />
          <footer>
            <button type="button" class="button" onClick={onClose}>
              {t("cancel")}
            </button>
            <button class="button main" disabled={form.isBusy}>
              {t("save")}
            </button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
