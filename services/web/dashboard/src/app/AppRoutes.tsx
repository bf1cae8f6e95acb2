import { useI18n } from "../i18n/i18n";
import type { Route } from "../lib/router";
import { useSession } from "../session/SessionContext";
import { SitesPage } from "../sites/SitesPage";
import { PageTitle } from "../ui/PageTitle";
import { lazy } from "./lazy";

const SitePage = lazy(async () => (await import("../site/SitePage")).SitePage);
const RealtimePage = lazy(async () => (await import("../realtime/RealtimePage")).RealtimePage);
const VisitsPage = lazy(async () => (await import("../visitors/VisitsPage")).VisitsPage);
const VisitorPage = lazy(async () => (await import("../visitors/VisitorPage")).VisitorPage);
const SettingsPage = lazy(async () => (await import("../settings/SettingsPage")).SettingsPage);
const AccountPage = lazy(async () => (await import("../account/AccountPage")).AccountPage);
const AdminPage = lazy(async () => (await import("../admin/AdminPage")).AdminPage);
const BotsPage = lazy(async () => (await import("../bots/BotsPage")).BotsPage);
const PairingInvitePage = lazy(async () => (await import("../pairing/PairingInvitePage")).PairingInvitePage);
const NewSitePage = lazy(async () => (await import("../sites/NewSitePage")).NewSitePage);

export function AppRoutes({ route }: { route: Route }) {
  const { isAdmin } = useSession();
  switch (route.name) {
    case "sites":
      return <SitesPage />;
    case "account":
      return <AccountPage page={route.page} />;
    case "new":
      return isAdmin ? <NewSitePage /> : <NotFound />;
    case "admin":
      return isAdmin ? <AdminPage page={route.page} /> : <NotFound />;
    case "pair":
      return <PairingInvitePage site={route.site} key={route.site} />;
    case "site":
      return <SiteRoutes {...route} />;
    default:
      return <NotFound />;
  }
}

function SiteRoutes({ site, page, rest }: Extract<Route, { name: "site" }>) {
  const { isAdmin } = useSession();
  switch (page) {
    case "":
      return <SitePage site={site} key={site} />;
    case "realtime":
      return <RealtimePage site={site} key={site} />;
    case "bots":
      return <BotsPage site={site} key={site} />;
    case "settings":
      return <SettingsPage site={site} section={rest} key={site} />;
    case "visits":
      return isAdmin ? <VisitsPage site={site} key={site} /> : <NotFound />;
    case "visitors":
      return isAdmin && rest ? <VisitorPage site={site} visitor={rest} key={rest} /> : <NotFound />;
  }
}

export function NotFound() {
  const { t } = useI18n();
  return (
    <main class="page narrow stack" id="main">
      <PageTitle text={t("not-found.title")} />
      <p class="muted">{t("not-found.text")}</p>
      <p>
        <a href="/">{t("not-found.back")}</a>
      </p>
    </main>
  );
}
