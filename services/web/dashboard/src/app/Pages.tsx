import { useWords } from "../i18n/words";
import type { Route } from "../lib/router";
import { useWho } from "../session/context";
import { SitesPage } from "../sites/SitesPage";
import { Title } from "../ui/bits";
import { lazy } from "./lazy";

const SitePage = lazy(async () => (await import("../site/SitePage")).SitePage);
const RealtimePage = lazy(async () => (await import("../site/RealtimePage")).RealtimePage);
const VisitsPage = lazy(async () => (await import("../visitors/VisitsPage")).VisitsPage);
const VisitorPage = lazy(async () => (await import("../visitors/VisitorPage")).VisitorPage);
const SettingsPage = lazy(async () => (await import("../settings/SettingsPage")).SettingsPage);
const AccountPage = lazy(async () => (await import("../account/AccountPage")).AccountPage);
const AdminPage = lazy(async () => (await import("../admin/AdminPage")).AdminPage);
const BotsPage = lazy(async () => (await import("../bots/BotsPage")).BotsPage);
const InvitePage = lazy(async () => (await import("../settings/InvitePage")).InvitePage);
const NewSitePage = lazy(async () => (await import("../sites/NewSitePage")).NewSitePage);

export function Pages({ route }: { route: Route }) {
  const { isAdmin } = useWho();
  switch (route.at) {
    case "sites":
      return <SitesPage />;
    case "account":
      return <AccountPage page={route.page} />;
    case "new":
      return isAdmin ? <NewSitePage /> : <Nowhere />;
    case "admin":
      return isAdmin ? <AdminPage page={route.page} /> : <Nowhere />;
    case "pair":
      return <InvitePage site={route.site} key={route.site} />;
    case "site":
      return <OfSite {...route} />;
    default:
      return <Nowhere />;
  }
}

function OfSite({ site, page, rest }: Extract<Route, { at: "site" }>) {
  const { isAdmin } = useWho();
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
      return isAdmin ? <VisitsPage site={site} key={site} /> : <Nowhere />;
    case "visitors":
      return isAdmin && rest ? <VisitorPage site={site} visitor={rest} key={rest} /> : <Nowhere />;
  }
}

export function Nowhere() {
  const { t } = useWords();
  return (
    <main class="page narrow stack" id="main">
      <Title text={t("not-found.title")} />
      <p class="muted">{t("not-found.text")}</p>
      <p>
        <a href="/">{t("not-found.back")}</a>
      </p>
    </main>
  );
}
