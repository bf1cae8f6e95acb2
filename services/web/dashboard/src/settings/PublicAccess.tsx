import { useState } from "preact/hooks";
import type { Site } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { siteHref } from "../lib/router";
import { CopyButton } from "../ui/CopyButton";
import { Checkbox } from "../ui/forms/Checkbox";
import { FormError } from "../ui/forms/Form";
import { SettingsCard } from "../ui/SettingsCard";
import { useSiteUpdate } from "./useSiteUpdate";

interface Props {
  site: Site;
  onChange: () => void;
}

/** Makes the dashboard public. */
export function PublicAccess({ site, onChange }: Props) {
  const { t } = useI18n();
  const [form, save] = useSiteUpdate(site, onChange, []);
  const [isPublic, setIsPublic] = useState(site.public);
  const change = async (isChecked: boolean) => {
    setIsPublic(isChecked);
    if (!(await save({ public: isChecked }))) setIsPublic(!isChecked);
  };
  const address = location.origin + siteHref(site.name);
  return (
    <SettingsCard title={t("public.title")}>
      <Checkbox
        label={t("public.check")}
        hint={t("public.hint")}
        checked={isPublic}
        onChange={(wanted) => void change(wanted)}
      />
      {site.public && (
        <div class="row">
          <p class="secret grow">{address}</p>
          <CopyButton text={address} />
        </div>
      )}
      <FormError submission={form} />
    </SettingsCard>
  );
}
