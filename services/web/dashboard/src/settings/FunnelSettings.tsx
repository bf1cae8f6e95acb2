import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { Funnel, FunnelList, FunnelStep, Goal } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { stepLabel } from "../site/panels/Funnels";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { RadioGroup } from "../ui/forms/RadioGroup";
import { useSubmission } from "../ui/forms/useSubmission";
import { Icon } from "../ui/Icon";
import { ResourceList } from "../ui/ResourceList";
import { useGoals } from "./GoalSettings";

const [MIN_STEPS, MAX_STEPS] = [2, 8];

/** The site's funnels. */
export function FunnelSettings({ site }: { site: string }) {
  const { t } = useI18n();
  const api = useApi();
  const path = `sites/${encode(site)}/funnels`;
  const funnels = useData(path, (signal) => api.get<FunnelList>(path, undefined, signal));
  const goals = useGoals(site);
  const [editing, setEditing] = useState<Funnel | "new">();
  return (
    <ResourceList
      title={t("settings.funnels")}
      text={t("funnels.text")}
      data={funnels}
      items={funnels.value?.funnels}
      icon="filter"
      emptyText={t("funnels.none")}
      create={[t("funnels.new"), () => setEditing("new")]}
      renderCells={(funnel) => (
        <>
          <th scope="row" class="break-anywhere">
            {funnel.name}
          </th>
          <td class="break-anywhere muted">{funnel.steps.map(stepLabel).join(" → ")}</td>
        </>
      )}
      onEdit={setEditing}
      removal={{
        action: t("delete"),
        successMessage: t("deleted"),
        title: ({ name }) => t("funnels.delete", { name }),
        text: () => t("funnels.delete.text"),
        path: ({ id }) => `${path}/${encode(id)}`,
      }}
    >
      {editing && (
        <FunnelForm
          path={path}
          goals={goals.value?.goals ?? []}
          funnel={editing === "new" ? undefined : editing}
          onDone={funnels.reload}
          onClose={() => setEditing(undefined)}
        />
      )}
    </ResourceList>
  );
}

interface StepDraft {
  kind: "page" | "event" | "goal";
  text: string;
}

const toDraft = (step: FunnelStep): StepDraft =>
  step.goal !== null
    ? { kind: "goal", text: step.goal }
    : step.event !== null
      ? { kind: "event", text: step.event }
      : { kind: "page", text: step.page ?? "" };

interface FormProps {
  path: string;
  goals: readonly Goal[];
  funnel: Funnel | undefined;
  onDone: () => void;
  onClose: () => void;
}

function FunnelForm({ path, goals, funnel, onDone, onClose }: FormProps) {
  const { t } = useI18n();
  const api = useApi();
  const [name, setName] = useState(funnel?.name ?? "");
  const [within, setWithin] = useState(funnel?.within ?? "period");
  const [steps, setSteps] = useState<StepDraft[]>(
    funnel?.steps.map(toDraft) ?? [
      { kind: "page", text: "/" },
      { kind: "page", text: "" },
    ],
  );
  const form = useSubmission(["name"]);
  const change = (position: number, changes: Partial<StepDraft>) =>
    setSteps(steps.map((step, index) => (index === position ? { ...step, ...changes } : step)));
  const submit = async () => {
    const body = { name, within, steps: steps.map(({ kind, text }) => ({ [kind]: text })) };
    const done = await form.run(
      () => (funnel ? api.put(`${path}/${encode(funnel.id)}`, body) : api.post(path, body)),
      t("saved"),
    );
    if (!done) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title={t(funnel ? "funnels.edit" : "funnels.new")} onClose={onClose}>
      <Form submission={form} submitLabel={t("save")} onCancel={onClose} onSubmit={submit}>
        <TextField
          label={t("goals.name")}
          error={form.fields.name}
          required
          autofocus
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <fieldset class="stack">
          <legend class="visually-hidden">{t("funnels.steps")}</legend>
          {steps.map((step, index) => (
            <div key={index} class="step-row">
              <select
                class="input"
                aria-label={t("funnels.step.kind", { n: index + 1 })}
                value={step.kind}
                onChange={(event) => {
                  const kind = event.currentTarget.value as StepDraft["kind"];
                  change(index, { kind, text: kind === "goal" ? (goals[0]?.name ?? "") : "" });
                }}
              >
                <option value="page">{t("goal.page")}</option>
                <option value="event">{t("goal.event")}</option>
                {goals.length > 0 && <option value="goal">{t("dimension.goal")}</option>}
              </select>
              {step.kind === "goal" ? (
                <select
                  class="input"
                  aria-label={t("funnels.step", { n: index + 1 })}
                  value={step.text}
                  onChange={(event) => change(index, { text: event.currentTarget.value })}
                >
                  {goals.map((goal) => (
                    <option key={goal.id}>{goal.name}</option>
                  ))}
                </select>
              ) : (
                <input
                  class="input"
                  aria-label={t("funnels.step", { n: index + 1 })}
                  required
                  value={step.text}
                  placeholder={step.kind === "page" ? "/cart*" : "purchase"}
                  onInput={(event) => change(index, { text: event.currentTarget.value })}
                />
              )}
              <button
                type="button"
                class="button icon ghost"
                aria-label={t("funnels.step.remove", { n: index + 1 })}
                disabled={steps.length <= MIN_STEPS}
                onClick={() => setSteps(steps.filter((_, at) => at !== index))}
              >
                <Icon name="close" />
              </button>
            </div>
          ))}
          {steps.length < MAX_STEPS && (
            <div>
              <button
                type="button"
                class="button ghost compact"
                onClick={() => setSteps([...steps, { kind: "page", text: "" }])}
              >
                <Icon name="plus" />
                {t("funnels.step.add")}
              </button>
            </div>
          )}
        </fieldset>
        <RadioGroup
          title={t("funnels.within")}
          value={within}
          onChoose={setWithin}
          options={[
            { value: "period", label: t("within.period"), hint: t("within.period.hint") },
            { value: "visit", label: t("within.visit"), hint: t("within.visit.hint") },
          ]}
        />
      </Form>
    </Dialog>
  );
}
