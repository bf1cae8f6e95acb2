import { useState } from "preact/hooks";
import { encode } from "../api/client";
import { newAlertKindValues } from "../api/schema";
import type { Alert, AlertChannel, AlertKind, AlertList, CreatedAlert, NewAlert } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { Dialog } from "../ui/Dialog";
import { Checkbox } from "../ui/forms/Checkbox";
import { TextField } from "../ui/forms/Field";
import { Form, FormError } from "../ui/forms/Form";
import { SegmentedControl } from "../ui/forms/SegmentedControl";
import { SelectField } from "../ui/forms/SelectField";
import { useSubmission } from "../ui/forms/useSubmission";
import { Icon } from "../ui/Icon";
import { Menu } from "../ui/Menu";
import { ResourceList } from "../ui/ResourceList";
import { SecretReveal } from "../ui/SecretReveal";
import { AlertDeliveries } from "./AlertDeliveries";

const DEFAULT_ALERT: NewAlert = { kind: "spike", channel: "email", target: "", enabled: true, silence_minutes: 60 };

/** The site's alerts. */
export function AlertSettings({ site }: { site: string }) {
  const { t } = useI18n();
  const api = useApi();
  const path = `sites/${encode(site)}/alerts`;
  const alerts = useData(path, (signal) => api.get<AlertList>(path, undefined, signal));
  const [editing, setEditing] = useState<Alert | "new">();
  const [inspected, setInspected] = useState<Alert>();
  const form = useSubmission();
  const sendTest = (alert: Alert) =>
    void form
      .run(() => api.post(`${path}/${encode(alert.id)}/test`), t("alerts.tested"))
      .then((done) => done && setInspected(alert));
  const toggle = (alert: Alert) =>
    void form
      .run(() => api.put(`${path}/${encode(alert.id)}`, alertBody({ ...alert, enabled: !alert.enabled })), t("saved"))
      .then((done) => done && alerts.reload());
  return (
    <ResourceList
      title={t("settings.alerts")}
      text={t("alerts.text")}
      data={alerts}
      items={alerts.value?.alerts}
      icon="alert"
      emptyText={t("alerts.none")}
      create={[t("alerts.new"), () => setEditing("new")]}
      renderList={(shown, end) => (
        <ul class="alerts">
          {shown.map((alert) => (
            <li key={alert.id} class="row">
              <div class="grow">
                <strong>{t(`alert.${alert.kind}`)}</strong>{" "}
                {alert.kind === "silence" && (
                  <span class="muted">{t("alerts.after", { n: alert.silence_minutes })}</span>
                )}{" "}
                {!alert.enabled && <span class="tag">{t("alerts.off")}</span>}
                <p class="muted small break-anywhere">
                  {t(`channel.of.${alert.channel}`)} · {alert.target}
                </p>
              </div>
              <button type="button" class="button compact" disabled={form.isBusy} onClick={() => sendTest(alert)}>
                {t("alerts.test")}
              </button>
              <Menu
                alignEnd
                class="button compact ghost"
                accessibleName={`${t("actions")}: ${t(`alert.${alert.kind}`)}`}
                label={<Icon name="down" />}
              >
                {(close) => (
                  <>
                    {(
                      [
                        ["edit", () => setEditing(alert)],
                        [alert.enabled ? "alerts.turn-off" : "alerts.turn-on", () => toggle(alert)],
                        ["alerts.deliveries", () => setInspected(alert)],
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
      removal={{
        action: t("delete"),
        successMessage: t("deleted"),
        title: () => t("alerts.delete"),
        text: ({ target }) => t("alerts.delete.text", { target }),
        path: ({ id }) => `${path}/${encode(id)}`,
      }}
    >
      <FormError submission={form} />
      {editing && (
        <AlertForm
          path={path}
          alert={editing === "new" ? undefined : editing}
          onDone={alerts.reload}
          onClose={() => setEditing(undefined)}
        />
      )}
      {inspected && (
        <AlertDeliveries
          path={`${path}/${encode(inspected.id)}/deliveries`}
          title={`${t("alerts.deliveries")}: ${t(`alert.${inspected.kind}`)}`}
          onClose={() => setInspected(undefined)}
        />
      )}
    </ResourceList>
  );
}

/** The request body of an alert. Only silence alerts have minutes. */
const alertBody = ({ kind, channel, target, enabled, silence_minutes }: NewAlert) => ({
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
  const { t } = useI18n();
  const api = useApi();
  const [draft, setDraft] = useState<NewAlert>(alert ?? DEFAULT_ALERT);
  const [secret, setSecret] = useState("");
  const form = useSubmission(["target", "silence_minutes"]);
  const change = (changes: Partial<NewAlert>) => setDraft({ ...draft, ...changes });
  const submit = async () => {
    let createdSecret = "";
    const done = await form.run(async () => {
      if (alert) await api.put(`${path}/${encode(alert.id)}`, alertBody(draft));
      else createdSecret = (await api.post<CreatedAlert>(path, alertBody(draft))).secret;
    }, t("saved"));
    if (!done) return;
    onDone();
    if (createdSecret && draft.channel === "webhook") setSecret(createdSecret);
    else onClose();
  };
  return (
    <Dialog title={t(alert ? "alerts.edit" : "alerts.new")} onClose={onClose}>
      {secret ? (
        <SecretReveal text={t("alerts.secret")} secret={secret} onClose={onClose} />
      ) : (
        <Form submission={form} submitLabel={t("save")} onCancel={onClose} onSubmit={submit}>
          <SelectField
            label={t("alerts.kind")}
            hint={t(`alert.${draft.kind}.hint`)}
            value={draft.kind}
            options={newAlertKindValues.map((kind) => ({ value: kind, label: t(`alert.${kind}`) }))}
            onChoose={(kind) => change({ kind: kind as AlertKind })}
          />
          {draft.kind === "silence" && (
            <TextField
              label={t("alerts.minutes")}
              error={form.fields.silence_minutes}
              type="number"
              min={5}
              max={1440}
              required
              value={draft.silence_minutes}
              onInput={(event) => change({ silence_minutes: Number(event.currentTarget.value) })}
            />
          )}
          <div>
            <SegmentedControl<AlertChannel>
              label={t("alerts.channel")}
              value={draft.channel}
              onChoose={(channel) => change({ channel, target: "" })}
              options={(["email", "webhook"] as const).map((value) => ({ value, label: t(`channel.of.${value}`) }))}
            />
          </div>
          <TextField
            label={t(`alerts.target.${draft.channel}`)}
            hint={t(`alerts.target.${draft.channel}.hint`)}
            error={form.fields.target}
            inputMode={draft.channel === "email" ? "email" : "url"}
            required
            autocomplete="off"
            spellcheck={false}
            value={draft.target}
            onInput={(event) => change({ target: event.currentTarget.value })}
          />
          <Checkbox label={t("alerts.enabled")} checked={draft.enabled} onChange={(enabled) => change({ enabled })} />
        </Form>
      )}
    </Dialog>
  );
}
