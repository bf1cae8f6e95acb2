import { useState } from "preact/hooks";
import type { Site } from "../api/types";
import { useWords } from "../i18n/words";
import { siteAddress } from "../lib/router";
import { CopyButton } from "../ui/bits";
import { Check, Refusal } from "../ui/forms";
import { Box } from "../ui/Sections";
import { useSiteForm } from "./useSiteForm";

interface Props {
  site: Site;
  onChange: () => void;
}

/** Whether everybody may see the numbers. */
export function Visibility({ site, onChange }: Props) {
  const { t } = useWords();
  const [form, save] = useSiteForm(site, onChange, []);
  const [isPublic, setPublic] = useState(site.public);
  const change = async (wanted: boolean) => {
    setPublic(wanted);
    if (!(await save({ public: wanted }))) setPublic(!wanted);
  };
  const address = location.origin + siteAddress(site.name);
  return (
    <Box title={t("public.title")}>
      <Check
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
      <Refusal of={form} />
    </Box>
  );
}
