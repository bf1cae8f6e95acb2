/**
 * The dashboard's names for the API's types, which are generated into schema.ts.
 *
 * Times are ISO 8601, durations seconds, rates and shares percent.
 */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["CurrentUser"];
export type Tokens = Schemas["TokenPair"];
export type User = Schemas["User"];
export type UserList = Schemas["UserList"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditPage = Schemas["AuditPage"];
export type LoginSessionList = Schemas["UserSessionList"];
export type ApiKeyList = Schemas["ApiKeyList"];
export type ApiKeyScope = Schemas["Scope"];
export type NewApiKey = Schemas["CreatedApiKey"];
export type TotpSecret = Schemas["SecondFactorSetup"];

export type Site = Schemas["SiteView"];
export type SiteList = Schemas["SiteList"];
export type SiteChanges = Schemas["UpdateSite"];
export type SiteMembers = Schemas["SiteMembers"];
export type SiteOverview = Schemas["SiteOverview"];
export type Overview = Schemas["Overview"];
export type Snippet = Schemas["Snippet"];
export type ShareList = Schemas["ShareLinkList"];
export type NewShare = Schemas["CreatedShareLink"];
export type OpenedShare = Schemas["OpenedShareLink"];
export type SiteKeyList = Schemas["SiteKeyList"];
export type RegisteredKey = Schemas["RegisteredKey"];
export type SignatureScheme = Schemas["SignatureScheme"];
export type PairingInvitation = Schemas["Pairing"];
export type Deletion = Schemas["SiteDeletion"];

export type Metrics = Schemas["Metrics"];
export type MetricName = keyof Metrics;
export type Summary = Schemas["Summary"];
export type Timeseries = Schemas["Timeseries"];
export type Point = Schemas["TimeseriesPoint"];
export type Interval = Schemas["Interval"];
export type Breakdown = Schemas["Breakdown"];
/** A value of a dimension with its metrics; the realtime report has only some of them. */
export type Row = Pick<Schemas["BreakdownRow"], "value"> & Partial<Schemas["BreakdownRow"]>;
export type Realtime = Schemas["Realtime"];

export type Goal = Schemas["GoalView"];
export type GoalList = Schemas["GoalList"];
export type GoalReport = Schemas["GoalReport"];
export type Funnel = Schemas["FunnelView"];
export type FunnelList = Schemas["FunnelList"];
export type FunnelStep = Schemas["FunnelStepView"];
export type FunnelReport = Schemas["FunnelReport"];
export type PathReport = Schemas["Paths"];
export type RetentionReport = Schemas["CohortRetention"];

export type SummaryAnswer = Schemas["SummaryInsight"];
export type SiteSummary = Schemas["SiteSummary"];
export type ForecastAnswer = Schemas["ForecastInsight"];
export type ExpectedDay = Schemas["ExpectedDay"];
export type AnomaliesAnswer = Schemas["AnomaliesInsight"];
export type Anomaly = Schemas["Anomaly"];
/** What all insights have in common. */
export type Insight = Omit<SummaryAnswer, "summary">;

export type Alert = Schemas["AlertView"];
export type AlertList = Schemas["AlertList"];
export type AlertKind = Alert["kind"];
export type AlertChannel = Alert["channel"];
export type NewAlert = Required<Schemas["NewAlert"]>;
export type CreatedAlert = Schemas["CreatedAlert"];
export type Delivery = Schemas["DeliveryView"];
export type DeliveryList = Schemas["DeliveryList"];

export type BotReport = Schemas["BotReport"];
export type BotAmount = Schemas["TrafficShare"];
export type BotVisits = Schemas["BotVisits"];
export type BotSettings = Schemas["BotSettings"];
export type BotOverride = Schemas["OverrideView"];
export type BotOverrideKind = Schemas["OverrideKind"];
export type BotOverrideList = Schemas["OverrideList"];
export type Recount = Schemas["RecountState"];
export type BotScores = Schemas["BotScoreList"];

export type Visit = Schemas["VisitView"];
export type VisitPage = Schemas["VisitPage"];
export type VisitEvents = Schemas["VisitEvents"];
export type Visitor = Schemas["VisitorView"];
export type VisitorRow = Schemas["VisitorRow"];
export type VisitorPage = Schemas["VisitorPage"];
export type VisitorLookup = Schemas["VisitorLookupResult"];
