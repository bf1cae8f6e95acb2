import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { Goal, GoalList } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Dialog } from "../ui/Dialog";
import { Form, TextField, useSubmission } from "../ui/forms";
import { Things } from "../ui/Things";
import { Radios } from "./Radios";

export const useGoals = (site: string) => {
  const api = useApi();
  const path = `sites/${part(site)}/goals`;
  return useData(path, (signal) => api.get<GoalList>(path, undefined, signal));
};

/** What visitors should do. */
export function GoalSettings({ site }: { site: string }) {
  const { t } = useWords();
  const goals = useGoals(site);
  const [edited, setEdited] = useState<Goal | "new">();
  return (
    <Things
      title={t("settings.goals")}
      text={t("goals.text")}
      found={goals}
      things={goals.value?.goals}
      icon="chart"
      none={t("goals.none")}
      more={[t("goals.new"), () => setEdited("new")]}
      cells={(goal) => (
        <>
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
        </>
      )}
      onEdit={setEdited}
      ending={{
        action: t("delete"),
        said: t("deleted"),
        title: ({ name }) => t("goals.delete", { name }),
        text: () => t("goals.delete.text"),
        path: ({ id }) => `sites/${part(site)}/goals/${part(id)}`,
      }}
    >
      {edited && (
        <GoalForm
          site={site}
          goal={edited === "new" ? undefined : edited}
          onDone={goals.reload}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Things>
  );
}

function GoalForm({
  site,
  goal,
  onDone,
  onClose,
}: {
  site: string;
  goal: Goal | undefined;
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useWords();
  const api = useApi();
  const [name, setName] = useState(goal?.name ?? "");
  const [kind, setKind] = useState<"page" | "event">(goal?.event ? "event" : "page");
  const [target, setTarget] = useState(goal?.page ?? goal?.event ?? "");
  const [properties, setProperties] = useState(
    Object.entries(goal?.properties ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join("\n"),
  );
  const form = useSubmission(["name", "page", "event"]);
  const submit = async () => {
    const body = { name, [kind]: target, properties: parsed(properties) };
    const path = `sites/${part(site)}/goals`;
    const done = await form.run(
      () => (goal ? api.put(`${path}/${part(goal.id)}`, body) : api.post(path, body)),
      t("saved"),
    );
    if (!done) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title={t(goal ? "goals.edit" : "goals.new")} onClose={onClose}>
      <Form of={form} action={t("save")} onCancel={onClose} onSubmit={submit}>
        <TextField
          label={t("goals.name")}
          wrong={form.fields.name}
          required
          autofocus
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Radios
          title={t("goals.kind")}
          value={kind}
          onChoose={setKind}
          options={[
            { value: "page", label: t("goal.page"), hint: t("goal.page.hint") },
            { value: "event", label: t("goal.event"), hint: t("goal.event.hint") },
          ]}
        />
        <TextField
          label={t(kind === "page" ? "goal.path" : "goal.name")}
          wrong={form.fields[kind]}
          required
          placeholder={kind === "page" ? "/thanks/*" : "signup"}
          value={target}
          onInput={(event) => setTarget(event.currentTarget.value)}
        />
        <label class="field">
          <span class="label">{t("goal.properties")}</span>
          <textarea
            class="input mono"
            rows={2}
            spellcheck={false}
            placeholder="plan=pro"
            value={properties}
            onInput={(event) => setProperties(event.currentTarget.value)}
          />
          <span class="hint">{t("goal.properties.hint")}</span>
        </label>
      </Form>
    </Dialog>
  );
}

/** Lines of `key=value`. */
function parsed(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line.includes("="));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")).trim(), line.slice(line.indexOf("=") + 1).trim()]),
  );
}
