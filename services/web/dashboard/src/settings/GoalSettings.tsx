import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { Goal, GoalList } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { RadioGroup } from "../ui/forms/RadioGroup";
import { useSubmission } from "../ui/forms/useSubmission";
import { ResourceList } from "../ui/ResourceList";

export const useGoals = (site: string) => {
  const api = useApi();
  const path = `sites/${encode(site)}/goals`;
  return useData(path, (signal) => api.get<GoalList>(path, undefined, signal));
};

/** The site's goals. */
export function GoalSettings({ site }: { site: string }) {
  const { t } = useI18n();
  const goals = useGoals(site);
  const [editing, setEditing] = useState<Goal | "new">();
  return (
    <ResourceList
      title={t("settings.goals")}
      text={t("goals.text")}
      data={goals}
      items={goals.value?.goals}
      icon="chart"
      emptyText={t("goals.none")}
      create={[t("goals.new"), () => setEditing("new")]}
      renderCells={(goal) => (
        <>
          <th scope="row" class="break-anywhere">
            {goal.name}
          </th>
          <td class="break-anywhere muted">
            {t(goal.page === null ? "goal.event" : "goal.page")} <code>{goal.page ?? goal.event}</code>
            {Object.entries(goal.properties).map(([key, value]) => (
              <span key={key} class="tag">
                {key} = {value}
              </span>
            ))}
          </td>
        </>
      )}
      onEdit={setEditing}
      removal={{
        action: t("delete"),
        successMessage: t("deleted"),
        title: ({ name }) => t("goals.delete", { name }),
        text: () => t("goals.delete.text"),
        path: ({ id }) => `sites/${encode(site)}/goals/${encode(id)}`,
      }}
    >
      {editing && (
        <GoalForm
          site={site}
          goal={editing === "new" ? undefined : editing}
          onDone={goals.reload}
          onClose={() => setEditing(undefined)}
        />
      )}
    </ResourceList>
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
  const { t } = useI18n();
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
    const body = { name, [kind]: target, properties: parseProperties(properties) };
    const path = `sites/${encode(site)}/goals`;
    const done = await form.run(
      () => (goal ? api.put(`${path}/${encode(goal.id)}`, body) : api.post(path, body)),
      t("saved"),
    );
    if (!done) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title={t(goal ? "goals.edit" : "goals.new")} onClose={onClose}>
      <Form submission={form} submitLabel={t("save")} onCancel={onClose} onSubmit={submit}>
        <TextField
          label={t("goals.name")}
          error={form.fields.name}
          required
          autofocus
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <RadioGroup
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
          error={form.fields[kind]}
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

/** Parses lines of `key=value`. */
function parseProperties(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line.includes("="));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")).trim(), line.slice(line.indexOf("=") + 1).trim()]),
  );
}
