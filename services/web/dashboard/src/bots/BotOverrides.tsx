import { useState } from "preact/hooks";
import { ruleValues } from "../api/schema";
import type { BotOverride, BotOverrideKind } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { SegmentedControl } from "../ui/forms/SegmentedControl";
import { SelectField } from "../ui/forms/SelectField";
import { Icon } from "../ui/Icon";
import { SettingsCard } from "../ui/SettingsCard";
import { SkeletonLines } from "../ui/Skeleton";
import { Timestamp } from "../ui/Timestamp";
import type { BotOverridesState } from "./useBotOverrides";

const KINDS = ["network", "user_agent", "rule"] as const satisfies readonly BotOverrideKind[];
// Visits are marked as manual one by one, so an override cannot name that rule.
const RULES = ruleValues.filter((rule) => rule !== "manual");

/** The site's bot overrides. */
export function BotOverrides({ overrides }: { overrides: BotOverridesState }) {
  const i18n = useI18n();
  const { t } = i18n;
  const [isAdding, setIsAdding] = useState(false);
  return (
    <SettingsCard
      title={t("overrides.title")}
      text={t("overrides.text")}
      actions={
        <button type="button" class="button" onClick={() => setIsAdding(true)}>
          <Icon name="plus" />
          {t("overrides.new")}
        </button>
      }
    >
      {!overrides.all && <SkeletonLines lines={1} />}
      {overrides.all?.length === 0 && <p class="muted">{t("overrides.none")}</p>}
      {overrides.all && overrides.all.length > 0 && (
        <div class="scroll-x">
          <table class="table stacked">
            <tbody>
              {overrides.all.map((override) => (
                <tr key={override.id}>
                  <th scope="row">
                    <span class={override.action === "block" ? "tag bad" : "tag accent"}>
                      {t(`action.${override.action}`)}
                    </span>{" "}
                    <span class="break-anywhere">
                      {override.kind === "rule"
                        ? i18n.lookup(`rule.${override.value}`, override.value)
                        : override.value}
                    </span>
                  </th>
                  <td class="muted wide-only">{t(`override.kind.${override.kind}`)}</td>
                  <td class="muted wide-only">
                    <Timestamp iso={override.created_at} /> {override.created_by && `· ${override.created_by}`}
                  </td>
                  <td class="end">
                    <button
                      type="button"
                      class="button compact"
                      disabled={overrides.form.isBusy}
                      onClick={() => void overrides.remove(override)}
                    >
                      {t("override.remove")}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isAdding && <NewOverrideDialog overrides={overrides} onClose={() => setIsAdding(false)} />}
    </SettingsCard>
  );
}

function NewOverrideDialog({ overrides, onClose }: { overrides: BotOverridesState; onClose: () => void }) {
  const i18n = useI18n();
  const { t } = i18n;
  const [action, setAction] = useState<BotOverride["action"]>("block");
  const [kind, setKind] = useState<BotOverrideKind>("network");
  const [value, setValue] = useState("");
  const submit = async () => {
    if (await overrides.add(kind, value, action)) onClose();
  };
  return (
    <Dialog title={t("overrides.new")} onClose={onClose}>
      <Form
        submission={overrides.form}
        class="stack"
        submitLabel={t(`override.${action}`)}
        onCancel={onClose}
        onSubmit={submit}
      >
        <SegmentedControl
          label={t("overrides.action")}
          value={action}
          onChoose={setAction}
          options={(["block", "allow"] as const).map((each) => ({ value: each, label: t(`override.${each}`) }))}
        />
        <SelectField
          label={t("overrides.kind")}
          value={kind}
          options={KINDS.map((each) => ({ value: each, label: t(`override.kind.${each}`) }))}
          onChoose={(chosen) => {
            setKind(chosen as BotOverrideKind);
            setValue(chosen === "rule" ? RULES[0]! : "");
          }}
        />
        {kind === "rule" ? (
          <SelectField
            label={t("overrides.value")}
            value={value}
            options={RULES.map((rule) => ({ value: rule, label: i18n.lookup(`rule.${rule}`, rule) }))}
            onChoose={setValue}
          />
        ) : (
          <TextField
            label={t("overrides.value")}
            hint={t(`override.kind.${kind}.hint`)}
            required
            autocomplete="off"
            spellcheck={false}
            maxLength={512}
            value={value}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
        )}
      </Form>
    </Dialog>
  );
}
