import { part } from "../api/client";
import type { Site } from "../api/types";
import { useWords } from "../i18n/words";
import { siteAddress } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi, useWho } from "../session/context";
import { Installing } from "../sites/Installing";
import { Bones, Title, Trouble } from "../ui/bits";
import { Box, Sections } from "../ui/Sections";
import "../sites/sites.css";
import { Alerts } from "./Alerts";
import { DangerZone } from "./DangerZone";
import { DataExport } from "./DataExport";
import { Devices } from "./Devices";
import { FunnelSettings } from "./FunnelSettings";
import { GeneralSettings } from "./GeneralSettings";
import { GoalSettings } from "./GoalSettings";
import { Members } from "./Members";
import { PrivacySettings } from "./PrivacySettings";
import { Shares } from "./Shares";
import { Visibility } from "./Visibility";

const SECTIONS = [
  "",
  "privacy",
  "goals",
  "funnels",
  "alerts",
  "sharing",
  "devices",
  "members",
  "install",
  "data",
  "danger",
] as const;
type SectionId = (typeof SECTIONS)[number];

/** Everything about a site that can be chosen. */
export function SettingsPage({ site: name, section }: { site: string; section: string }) {
  const { t } = useWords();
  const api = useApi();
  const { isAdmin } = useWho();
  const site = useData(`site ${name}`, (signal) => api.get<Site>(`sites/${part(name)}`, undefined, signal));
  const open: SectionId = SECTIONS.find((each) => each === section) ?? "";
  const sections = SECTIONS.filter((id) => isAdmin || id !== "danger").map((id) => ({
    id,
    label: t(`settings.${id || "general"}` as never),
    href: siteAddress(name, "settings", id),
  }));
  return (
    <main class="page stack wide" id="main">
      <Title text={`${t("nav.settings")} · ${name}`}>{t("nav.settings")}</Title>
      <Sections label={t("nav.settings")} sections={sections} open={open}>
        {site.problem && !site.value && <Trouble problem={site.problem} onRetry={site.reload} />}
        {!site.value && !site.problem && <Bones lines={6} />}
        {site.value && <Shown open={open} site={site.value} onChange={site.reload} />}
      </Sections>
    </main>
  );
}

function Shown({ open, site, onChange }: { open: SectionId; site: Site; onChange: () => void }) {
  const { t } = useWords();
  switch (open) {
    case "":
      return <GeneralSettings site={site} onChange={onChange} />;
    case "privacy":
      return <PrivacySettings site={site} onChange={onChange} />;
    case "goals":
      return <GoalSettings site={site.name} />;
    case "funnels":
      return <FunnelSettings site={site.name} />;
    case "sharing":
      return (
        <>
          <Visibility site={site} onChange={onChange} />
          <Shares site={site.name} />
        </>
      );
    case "alerts":
      return <Alerts site={site.name} />;
    case "devices":
      return <Devices site={site} onChange={onChange} />;
    case "data":
      return <DataExport site={site} />;
    case "members":
      return <Members site={site.name} />;
    case "install":
      return (
        <Box title={t("settings.install")}>
          <Installing site={site.name} />
        </Box>
      );
    case "danger":
      return <DangerZone site={site.name} />;
  }
}
