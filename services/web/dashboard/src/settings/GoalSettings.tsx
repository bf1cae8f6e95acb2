import { useState } from "preact/hooks";
import { part } from "../api/client";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Bones, Trouble } from "../ui/bits";
import { Confirm } from "../ui/Confirm";
import { Dialog } from "../ui/Dialog";
import { Refusal, TextField, useSubmission } from "../ui/forms";
import { Icon } from "../ui/icons";
import { Box } from "../ui/Sections";
import { Radios } from "./Radios";

export interface Goal {
  id: string;
  name: string;
  page: string | null;
  event: string | null;
  properties: Record<string, string>;
}

export const useGoals = (site: string) => {
  const api = useApi();
  const path = `sites/${part(site)}/goals`;
  return useData(path, (signal) => api.get<{ goals: Goal[] }>(path, undefined, signal));
};

/** What visitors should do. */
export function GoalSettings({ site }: { site: string }) {
  const { t } = useWords();
  const api = useApi();
  const goals = useGoals(site);
  const [edited, setEdited] = useState<Goal | "new">();
  const [ending, setEnding] = useState<Goal>();
  return (
    <Box
      title={t("settings.goals")}
      text={t("goals.text")}
      actions={
        <button type="button" class="button" onClick={() => setEdited("new")}>
          <Icon name="plus" />
          {t("goals.new")}
        </button>
      }
    >
      {goals.problem && <Trouble problem={goals.problem} onRetry={goals.reload} />}
      {!goals.value && !goals.problem && <Bones lines={2} />}
      {goals.value && goals.value.goals.length > 0 && (
        <div class="scroll-x">
          <table class="list">
            <tbody>
              {goals.value.goals.map((goal) => (
                <tr key={goal.id}>
                  <th scope="row" class="breakable">
                    {goal.name}
                  </th>
                  <td class="breakable muted">
                    {t(goal.page === null ? "goal.event" : "goal.page")} <code>{goal.page ?? goal.event}</code>
                    {Object.entries(goal.properties).map(([key, value]) => (
                      <span key={key} class="tag">
                        {key} = {value}
                      </span>
                    ))}
                  </td>
                  <td class="end">
                    <button type="button" class="button tight bare" onClick={() => setEdited(goal)}>
                      {t("edit")}
                    </button>
                    <button type="button" class="button tight danger outline" onClick={() => setEnding(goal)}>
                      {t("delete")}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {edited && <GoalForm site={site} goal={edited === "new" ? undefined : edited} onDone={goals.reload} onClose={() => setEdited(undefined)} />}
      {ending && (
        <Confirm
          title={t("goals.delete", { name: ending.name })}
          action={t("delete")}
          said={t("deleted")}
          onDo={async () => {
            await api.delete(`sites/${part(site)}/goals/${part(ending.id)}`);
            goals.reload();
          }}
          onClose={() => setEnding(undefined)}
        >
          {t("goals.delete.text")}
        </Confirm>
      )}
    </Box>
  );
}

function GoalForm({ site, goal, onDone, onClose }: { site: string; goal: Goal | undefined; onDone: () => void; onClose: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const [name, setName] = useState(goal?.name ?? "");
  const [kind, setKind] = useState<"page" | "event">(goal?.event ? "event" : "page");
  const [target, setTarget] = useState(goal?.page ?? goal?.event ?? "");
  const [properties, setProperties] = useState(Object.entries(goal?.properties ?? {}).map(([key, value]) => `${key}=${value}`).join("\n"));
  const form = useSubmission(["name", "page", "event"]);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const body = { name, [kind]: target, properties: parsed(properties) };
    const path = `sites/${part(site)}/goals`;
    const done = await form.run(() => (goal ? api.put(`${path}/${part(goal.id)}`, body) : api.post(path, body)), t("saved"));
    if (!done) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title={t(goal ? "goals.edit" : "goals.new")} onClose={onClose}>
      <form class="stack wide" onSubmit={submit}>
        <TextField label={t("goals.name")} wrong={form.fields.name} required autofocus value={name} onInput={(event) => setName(event.currentTarget.value)} />
        <Radios
          title={t("goals.kind")}
          value={kind}
          onChoose={setKind}
          options={[
            { value: "page", label: t("goal.page"), hint: t("goal.page.hint") },
            { value: "event", label: t("goal.event"), hint: t("goal.event.hint") },
          ]}
        />
        <TextField label={t(kind === "page" ? "goal.path" : "goal.name")} wrong={form.fields[kind]} required placeholder={kind === "page" ? "/thanks/*" : "signup"} value={target} onInput={(event) => setTarget(event.currentTarget.value)} />
        <label class="field">
          <span class="label">{t("goal.properties")}</span>
          <textarea class="input mono" rows={2} spellcheck={false} placeholder="plan=pro" value={properties} onInput={(event) => setProperties(event.currentTarget.value)} />
          <span class="hint">{t("goal.properties.hint")}</span>
        </label>
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
    </Dialog>
  );
}

/** Lines of `key=value`. */
function parsed(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line.includes("="));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")).trim(), line.slice(line.indexOf("=") + 1).trim()]));
}
