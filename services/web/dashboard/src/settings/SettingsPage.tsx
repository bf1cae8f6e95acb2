import { encode } from "../api/client";
import type { Site } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { siteHref } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi, useSession } from "../session/SessionContext";
import { InstallSteps } from "../sites/InstallSteps";
import { ErrorAlert } from "../ui/ErrorAlert";
import { PageTitle } from "../ui/PageTitle";
import { SectionLayout } from "../ui/SectionLayout";
import { SettingsCard } from "../ui/SettingsCard";
import { SkeletonLines } from "../ui/Skeleton";
import "../sites/sites.css";
import "./settings.css";
import { AlertSettings } from "./AlertSettings";
import { DangerZone } from "./DangerZone";
import { DataExport } from "./DataExport";
import { DeviceSettings } from "./DeviceSettings";
import { FunnelSettings } from "./FunnelSettings";
import { GeneralSettings } from "./GeneralSettings";
import { GoalSettings } from "./GoalSettings";
import { MemberSettings } from "./MemberSettings";
import { PrivacySettings } from "./PrivacySettings";
import { PublicAccess } from "./PublicAccess";
import { ShareLinks } from "./ShareLinks";

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

/** The settings of a site. */
export function SettingsPage({ site: name, section }: { site: string; section: string }) {
  const { t } = useI18n();
  const api = useApi();
  const { isAdmin } = useSession();
  const site = useData(`site ${name}`, (signal) => api.get<Site>(`sites/${encode(name)}`, undefined, signal));
  const open: SectionId = SECTIONS.find((each) => each === section) ?? "";
  const sections = SECTIONS.filter((id) => isAdmin || id !== "danger").map((id) => ({
    id,
    label: t(`settings.${id || "general"}` as never),
    href: siteHref(name, "settings", id),
  }));
  return (
    <main class="page stack wide" id="main">
      <PageTitle text={`${t("nav.settings")} · ${name}`}>{t("nav.settings")}</PageTitle>
      <SectionLayout label={t("nav.settings")} sections={sections} current={open}>
        {site.problem && !site.value && <ErrorAlert problem={site.problem} onRetry={site.reload} />}
        {!site.value && !site.problem && <SkeletonLines lines={6} />}
        {site.value && <SettingsSection open={open} site={site.value} onChange={site.reload} />}
      </SectionLayout>
    </main>
  );
}

function SettingsSection({ open, site, onChange }: { open: SectionId; site: Site; onChange: () => void }) {
  const { t } = useI18n();
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
          <PublicAccess site={site} onChange={onChange} />
          <ShareLinks site={site.name} />
        </>
      );
    case "alerts":
      return <AlertSettings site={site.name} />;
    case "devices":
      return <DeviceSettings site={site} onChange={onChange} />;
    case "data":
      return <DataExport site={site} />;
    case "members":
      return <MemberSettings site={site.name} />;
    case "install":
      return (
        <SettingsCard title={t("settings.install")}>
          <InstallSteps site={site.name} />
        </SettingsCard>
      );
    case "danger":
      return <DangerZone site={site.name} />;
  }
}
