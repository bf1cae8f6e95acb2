// Generated from the API's OpenAPI document by `make api-types`. Do not edit.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export type components = {
    schemas: {
        Accounting: {
            /** Format: date-time */
            as_of: string;
            sites: components["schemas"]["SiteBeaconCounts"][];
            spooled: number;
            spools: components["schemas"]["SpooledBeacons"][];
            total: components["schemas"]["BeaconCounts"];
        };
        Accuracy: {
            exact: boolean;
            sampled: number | null;
            source: components["schemas"]["DataSource"];
            visitors_error: number | null;
        };
        AddSiteKey: {
            name: string;
            public_key_hex: string;
        };
        /** @enum {string} */
        AlertChannel: "webhook" | "email";
        /** @enum {string} */
        AlertKind: "spike" | "dip" | "silence" | "weekly" | "monthly" | "test";
        AlertList: {
            alerts: components["schemas"]["AlertView"][];
        };
        AlertMessage: {
            /** Format: date-time */
            at: string;
            kind: components["schemas"]["AlertKind"];
            numbers?: {
                [key: string]: number;
            };
            rows?: components["schemas"]["AlertRow"][];
            site: string;
            text: string;
            title: string;
        };
        AlertRow: {
            change?: string;
            label: string;
            value: string;
        };
        AlertView: {
            channel: components["schemas"]["AlertChannel"];
            /** Format: date-time */
            created_at: string;
            enabled: boolean;
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "spike" | "dip" | "silence" | "weekly" | "monthly";
            silence_minutes: number;
            target: string;
        };
        Anomalies: {
            anomalies: components["schemas"]["Anomaly"][];
            /** Format: date */
            first_day: string;
            /** Format: date */
            last_day: string;
        };
        AnomaliesInsight: {
            anomalies: components["schemas"]["Anomalies"] | null;
            computed_at: string | null;
            requested_at: string | null;
            site: string;
            state: components["schemas"]["InsightState"];
            timezone: string;
            too_little: components["schemas"]["TooLittle"] | null;
        };
        AnomalousDay: {
            /** Format: date */
            date: string;
            expected: number;
            /** @enum {string} */
            metric: "visitors" | "pageviews";
            /** @enum {string} */
            type: "spike" | "dip";
            visits: number;
        };
        Anomaly: {
            causes: components["schemas"]["Cause"][];
            /** Format: date */
            day: string;
            deviation: number;
            expected: number;
            /** @enum {string} */
            kind: "spike" | "dip";
            /** @enum {string} */
            metric: "visitors" | "pageviews";
            once_in_days: number;
            score: number;
            value: number;
        };
        ApiKey: {
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            last_used_at: string | null;
            name: string;
            prefix: string;
            scopes: components["schemas"]["Scope"][];
            site: string | null;
        };
        ApiKeyList: {
            keys: components["schemas"]["ApiKey"][];
        };
        AuditEntry: {
            action: string;
            actor: string;
            /** Format: date-time */
            at: string;
            fields: string[];
            /** Format: uuid */
            id: string;
            request_id: string;
            subject: string;
        };
        AuditPage: {
            entries: components["schemas"]["AuditEntry"][];
            next: string | null;
        };
        Averages: {
            days: number;
            pageviews: number;
            visitors: number;
            visits: number;
        };
        BeaconCounts: {
            accepted: number;
            backlog: number;
            dead_letters: number;
            difference: number;
            dropped: {
                [key: string]: number;
            };
            stored: number;
        };
        BotDay: {
            bot_visits: number;
            crawler_visits: number;
            /** Format: date */
            date: string;
        };
        /** @enum {string} */
        BotFilter: "no" | "only" | "any";
        BotLog: {
            /** @enum {string} */
            bot_type: "bot" | "crawler";
            confidence: number;
            /** Format: date-time */
            detected_at: string;
            ip_hash: string;
            reason: string;
        };
        BotName: {
            counted_as_human: number;
            /** Format: date-time */
            last_seen: string;
            name: string;
            pageviews: number;
            visits: number;
        };
        BotNetwork: {
            counted_as_human: number;
            country: string;
            /** Format: date-time */
            last_seen: string;
            network: string;
            pageviews: number;
            visits: number;
        };
        BotPage: {
            bot_views: number;
            crawler_views: number;
            page_path: string;
            total: number;
        };
        /** @enum {string} */
        BotPolicy: "separate" | "count";
        BotReport: {
            allowed: components["schemas"]["TrafficShare"];
            /** Format: date-time */
            as_of: string;
            bots: components["schemas"]["TrafficShare"];
            /** Format: date */
            first_day: string;
            human: components["schemas"]["TrafficShare"];
            /** Format: date */
            last_day: string;
            names: components["schemas"]["BotName"][];
            networks: components["schemas"]["BotNetwork"][];
            period: components["schemas"]["Period"];
            rules: components["schemas"]["RuleCount"][];
            site: string;
            timezone: string;
            user_agents: components["schemas"]["BotUserAgent"][];
        };
        BotScore: {
            /** Format: date-time */
            computed_at: string;
            /** Format: date-time */
            last_visit: string;
            reasons: string[];
            score: number;
            visitor: string | null;
        };
        BotScoreList: {
            model: components["schemas"]["ModelUse"];
            scores: components["schemas"]["BotScore"][];
        };
        BotSettings: {
            lifetime_paths: number;
            model: components["schemas"]["ModelUse"];
            paths_in_15_minutes: number;
            rate_per_minute: number;
        };
        BotStats: {
            daily: components["schemas"]["BotDay"][];
            pages: components["schemas"]["BotPage"][];
            recent_logs: components["schemas"]["BotLog"][];
            summary: components["schemas"]["BotTotals"];
            type_breakdown: {
                [key: string]: number;
            };
        };
        BotSummary: {
            bots_today: number;
            crawlers_today: number;
            total_bot_visits: number;
            total_crawler_visits: number;
        };
        BotTotals: {
            total_bot_visits: number;
            total_crawler_visits: number;
        };
        BotUserAgent: {
            counted_as_human: number;
            /** Format: date-time */
            last_seen: string;
            pageviews: number;
            rule: string;
            user_agent: string;
            visits: number;
        };
        BotVisit: {
            country: string;
            device: string;
            /** Format: date-time */
            ended_at: string;
            entry_page: string;
            events: number;
            hostname: string;
            name: string;
            network: string;
            os: string;
            pageviews: number;
            reason: string;
            referrer: string;
            /** Format: date-time */
            started_at: string;
            user_agent: string;
            verdict: string;
            visitor: string | null;
        };
        BotVisits: {
            more: boolean;
            visits: components["schemas"]["BotVisit"][];
        };
        Breakdown: {
            accuracy: components["schemas"]["Accuracy"];
            /** Format: date-time */
            as_of: string;
            compared_days: components["schemas"]["ComparedDays"] | null;
            dimension: string;
            /** Format: date */
            from: string;
            goal: string | null;
            limit: number;
            page: number;
            period: components["schemas"]["Period"];
            rows: components["schemas"]["BreakdownRow"][];
            site: string;
            timezone: string;
            /** Format: date */
            to: string;
            total: number | null;
        };
        BreakdownRow: {
            bounce_rate: number | null;
            clicks: number | null;
            comparison: components["schemas"]["Metrics"] | null;
            conversion_rate: number | null;
            entries: number | null;
            events: number | null;
            pageviews: number | null;
            scroll_depth: number | null;
            time_on_page: number | null;
            value: string;
            views_per_visit: number | null;
            visit_duration: number | null;
            visitors: number | null;
            visits: number | null;
        };
        Cause: {
            count: number;
            /** @enum {string} */
            dimension: "source" | "country" | "page";
            share: number;
            usual: number;
            value: string;
        };
        Change: {
            before: number;
            now: number;
            percent: number | null;
        };
        ChangeBotSettings: {
            lifetime_paths?: number | null;
            model?: components["schemas"]["ModelUse"] | null;
            paths_in_15_minutes?: number | null;
            rate_per_minute?: number | null;
        };
        ChangePassword: {
            new_password: string;
            old_password: string;
        };
        Cohort: {
            /** Format: date */
            first_day: string;
            percent: number[];
            returned: number[];
            size: number;
        };
        /** @enum {string} */
        CohortInterval: "day" | "week";
        CohortRetention: {
            accuracy: components["schemas"]["Accuracy"];
            /** Format: date-time */
            as_of: string;
            cohorts: components["schemas"]["Cohort"][];
            /** Format: date */
            from: string;
            interval: components["schemas"]["CohortInterval"];
            period: components["schemas"]["Period"];
            site: string;
            timezone: string;
            /** Format: date */
            to: string;
        };
        /** @enum {string} */
        Compare: "previous" | "year" | "custom";
        ComparedDays: {
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
        };
        ComparedMetrics: {
            bounce_rate: number | null;
            clicks: number | null;
            entries: number | null;
            events: number | null;
            /** Format: date */
            from: string;
            pageviews: number | null;
            scroll_depth: number | null;
            time_on_page: number | null;
            /** Format: date */
            to: string;
            views_per_visit: number | null;
            visit_duration: number | null;
            visitors: number | null;
            visits: number | null;
        };
        ComparedPoints: {
            /** Format: date */
            from: string;
            points: components["schemas"]["TimeseriesPoint"][];
            /** Format: date */
            to: string;
        };
        /** @enum {string} */
        CountedAs: "bot" | "human";
        CreateApiKey: {
            name: string;
            scopes: components["schemas"]["Scope"][];
            site?: string | null;
        };
        CreatedAlert: {
            channel: components["schemas"]["AlertChannel"];
            /** Format: date-time */
            created_at: string;
            enabled: boolean;
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "spike" | "dip" | "silence" | "weekly" | "monthly";
            secret: string;
            silence_minutes: number;
            target: string;
        };
        CreatedApiKey: {
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            key: string;
            last_used_at: string | null;
            name: string;
            prefix: string;
            scopes: components["schemas"]["Scope"][];
            site: string | null;
        };
        CreatedShareLink: {
            /** Format: date-time */
            created_at: string;
            created_by: string | null;
            has_password: boolean;
            /** Format: uuid */
            id: string;
            name: string;
            token: string;
        };
        CreatePairing: {
            kind?: components["schemas"]["PairingKind"];
            name?: string;
        };
        CreateRegistrationCode: {
            name?: string;
        };
        CreateShareLink: {
            name: string;
            password?: string | null;
        };
        CreateSite: {
            bot_policy?: components["schemas"]["BotPolicy"];
            identity?: components["schemas"]["IdentityMode"];
            name: string;
            origins?: string[] | null;
            privacy_signal?: components["schemas"]["PrivacySignal"];
            public?: boolean;
            retention_days?: number | null;
            timezone?: string;
            url: string;
        };
        CreateUser: {
            is_admin?: boolean;
            password: string;
            username: string;
        };
        Credentials: {
            code?: string | null;
            cookie?: boolean;
            password: string;
            username: string;
        };
        CurrentUser: {
            /** Format: date-time */
            created_at: string;
            is_admin: boolean;
            scopes: components["schemas"]["Scope"][] | null;
            second_factor: boolean;
            username: string;
        };
        DataRetention: {
            /** Format: date-time */
            as_of: string;
            sites: components["schemas"]["SiteDataRetention"][];
        };
        DataRetentionRun: {
            dead_letters: number;
            events: number;
            finished_at: string | null;
            /** Format: date */
            kept_from: string;
            months_dropped: number;
            /** Format: date-time */
            started_at: string;
            visitors: number;
            visits: number;
        };
        /** @enum {string} */
        DataSource: "raw" | "rollups" | "sample";
        DayVisits: {
            /** Format: date */
            date: string;
            total_visits: number;
            unique_visitors: number;
        };
        DeliveryList: {
            deliveries: components["schemas"]["DeliveryView"][];
        };
        DeliveryView: {
            attempts: number;
            /** Format: date-time */
            created_at: string;
            error: string;
            /** Format: uuid */
            id: string;
            incident: string;
            message: components["schemas"]["AlertMessage"];
            next_attempt_at: string | null;
            sent_at: string | null;
        };
        DetectedBot: {
            ip_hash: string;
            reason: string;
            request_count: number;
        };
        DetectedBots: {
            bot_daily_trend: components["schemas"]["BotDay"][];
            bot_type_breakdown: {
                [key: string]: number;
            };
            bots: components["schemas"]["DetectedBot"][];
            detected_bots_count: number;
            recent_bot_logs: components["schemas"]["BotLog"][];
            top_bot_pages: components["schemas"]["BotPage"][];
        };
        /** @enum {string} */
        DimensionName: "page" | "hostname" | "entry" | "exit" | "referrer" | "source" | "channel" | "utm_source" | "utm_medium" | "utm_campaign" | "utm_term" | "utm_content" | "country" | "region" | "city" | "browser" | "browser_version" | "os" | "os_version" | "device" | "screen" | "language" | "event" | "link" | "property";
        Document: {
            [key: string]: unknown;
        };
        ErasureResult: {
            dead_letters: number;
            events: number;
            /** Format: uuid */
            visitor: string;
            visits: number;
        };
        EventView: {
            engaged_ms: number;
            hostname: string;
            /** Format: uuid */
            id: string;
            kind: string;
            name: string;
            path: string;
            props: {
                [key: string]: unknown;
            } | null;
            scroll: number;
            /** Format: date-time */
            time: string;
        };
        ExpectedDay: {
            /** Format: date */
            day: string;
            expected: number;
            high_80: number;
            high_95: number;
            low_80: number;
            low_95: number;
        };
        /** @enum {string} */
        ExportFormat: "parquet" | "jsonl";
        Forecast: {
            /** Format: date */
            first_day: string;
            /** Format: date */
            last_day: string;
            pageviews: components["schemas"]["MetricForecast"];
            visitors: components["schemas"]["MetricForecast"];
        };
        ForecastInsight: {
            computed_at: string | null;
            forecast: components["schemas"]["Forecast"] | null;
            requested_at: string | null;
            site: string;
            state: components["schemas"]["InsightState"];
            timezone: string;
            too_little: components["schemas"]["TooLittle"] | null;
        };
        ForecastQuality: {
            error: number;
            naive_error: number;
            trials: number;
        };
        FunnelList: {
            funnels: components["schemas"]["FunnelView"][];
        };
        FunnelReport: {
            accuracy: components["schemas"]["Accuracy"];
            /** Format: date-time */
            as_of: string;
            conversion_rate: number;
            /** Format: date */
            from: string;
            /** Format: uuid */
            id: string;
            name: string;
            period: components["schemas"]["Period"];
            site: string;
            steps: components["schemas"]["StepConversions"][];
            timezone: string;
            /** Format: date */
            to: string;
            visitors: number;
            within: components["schemas"]["FunnelScope"];
        };
        /** @enum {string} */
        FunnelScope: "period" | "visit";
        FunnelStepView: {
            event: string | null;
            goal: string | null;
            page: string | null;
            properties: {
                [key: string]: string;
            };
        };
        FunnelView: {
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            name: string;
            steps: components["schemas"]["FunnelStepView"][];
            within: components["schemas"]["FunnelScope"];
        };
        GoalConversions: {
            conversion_rate: number;
            conversions: number;
            /** Format: uuid */
            id: string;
            name: string;
            visitors: number;
        };
        GoalList: {
            goals: components["schemas"]["GoalView"][];
        };
        GoalReport: {
            accuracy: components["schemas"]["Accuracy"];
            /** Format: date-time */
            as_of: string;
            /** Format: date */
            from: string;
            goals: components["schemas"]["GoalConversions"][];
            period: components["schemas"]["Period"];
            site: string;
            timezone: string;
            /** Format: date */
            to: string;
            visitors: number;
        };
        GoalView: {
            /** Format: date-time */
            created_at: string;
            event: string | null;
            /** Format: uuid */
            id: string;
            name: string;
            page: string | null;
            properties: {
                [key: string]: string;
            };
        };
        HourAverage: {
            hour: number;
            visits: number;
        };
        /** @enum {string} */
        IdentityMode: "cookie" | "cookieless" | "persistent";
        ImportedRows: {
            read: number;
            stored: number;
        };
        ImportResponse: {
            erased: number;
            events: components["schemas"]["ImportedRows"];
            settings_differ: string[];
            visits: components["schemas"]["ImportedRows"];
            without_visit: number;
        };
        InsightRefresh: {
            /** Format: date-time */
            requested_at: string;
        };
        /** @enum {string} */
        InsightState: "ready" | "not-yet" | "too-little";
        /** @enum {string} */
        Interval: "hour" | "day" | "week" | "month";
        ListedSite: {
            id: string;
            requiresAuth: boolean;
        };
        ListedSites: {
            sites: components["schemas"]["ListedSite"][];
        };
        MetricForecast: {
            days: components["schemas"]["ExpectedDay"][];
            quality: components["schemas"]["ForecastQuality"] | null;
        };
        Metrics: {
            bounce_rate: number | null;
            clicks: number | null;
            entries: number | null;
            events: number | null;
            pageviews: number | null;
            scroll_depth: number | null;
            time_on_page: number | null;
            views_per_visit: number | null;
            visit_duration: number | null;
            visitors: number | null;
            visits: number | null;
        };
        /** @enum {string} */
        ModelUse: "show" | "apply";
        NeighborPage: {
            page: string | null;
            views: number;
        };
        NewAlert: {
            channel: components["schemas"]["AlertChannel"];
            enabled?: boolean;
            /** @enum {string} */
            kind: "spike" | "dip" | "silence" | "weekly" | "monthly";
            silence_minutes?: number;
            target: string;
        };
        NewFunnel: {
            name: string;
            steps: components["schemas"]["NewFunnelStep"][];
            within?: components["schemas"]["FunnelScope"];
        };
        NewFunnelStep: {
            event?: string | null;
            goal?: string | null;
            page?: string | null;
            properties?: {
                [key: string]: string;
            };
        };
        NewGoal: {
            event?: string | null;
            name: string;
            page?: string | null;
            properties?: {
                [key: string]: string;
            };
        };
        NewOverride: {
            action: components["schemas"]["OverrideAction"];
            kind: components["schemas"]["OverrideKind"];
            value: string;
        };
        NewVisitorNote: {
            label?: string;
            note?: string;
        };
        OpenedShareLink: {
            access_token: string;
            expires_in: number;
            site: string;
            /** @constant */
            token_type: "Bearer";
        };
        OpenShareLink: {
            password?: string | null;
            token: string;
        };
        /** @enum {string} */
        Operator: "is" | "is_not" | "contains" | "not_contains" | "starts_with";
        /** @enum {string} */
        OverrideAction: "allow" | "block";
        /** @enum {string} */
        OverrideKind: "rule" | "network" | "user_agent";
        OverrideList: {
            overrides: components["schemas"]["OverrideView"][];
            recount: components["schemas"]["RecountState"];
        };
        OverrideResult: {
            override: components["schemas"]["OverrideView"];
            recount: components["schemas"]["RecountState"];
        };
        OverrideView: {
            action: components["schemas"]["OverrideAction"];
            /** Format: date-time */
            created_at: string;
            created_by: string | null;
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["OverrideKind"];
            value: string;
        };
        Overview: {
            /** Format: date-time */
            as_of: string;
            period: components["schemas"]["Period"];
            sites: components["schemas"]["SiteOverview"][];
        };
        OverviewCounts: {
            pageviews: number;
            visitors: number;
            visits: number;
        };
        PageStats: {
            countries: {
                [key: string]: number;
            };
            path: string;
            view_count: number;
        };
        Pairing: {
            expires_in: number | null;
            kind: components["schemas"]["PairingKind"];
            payload: components["schemas"]["PairingCodePayload"] | components["schemas"]["PairingKeyPayload"];
            qr_svg: string;
            text: string;
            url: string | null;
        };
        PairingCodePayload: {
            base_url: string;
            code: string;
            site_id: string;
        };
        PairingKeyPayload: {
            base_url: string;
            private_key: string;
            site_id: string;
        };
        /** @enum {string} */
        PairingKind: "code" | "key";
        PastEventsBody: {
            /**
             * @example [
             *       {
             *         "ip": "192.0.2.1",
             *         "kind": "event",
             *         "name": "signup",
             *         "url": "https://example.com/",
             *         "user_agent": "…"
             *       }
             *     ]
             */
            events: unknown[];
        };
        Paths: {
            accuracy: components["schemas"]["Accuracy"];
            /** Format: date-time */
            as_of: string;
            /** Format: date */
            from: string;
            next: components["schemas"]["NeighborPage"][];
            page: string | null;
            paths: components["schemas"]["VisitPath"][];
            period: components["schemas"]["Period"];
            previous: components["schemas"]["NeighborPage"][];
            site: string;
            timezone: string;
            /** Format: date */
            to: string;
            total: number;
            visits: number;
        };
        /** @enum {string} */
        Period: "day" | "7d" | "30d" | "month" | "6mo" | "year" | "all" | "custom";
        PredictedDay: {
            /** Format: date */
            date: string;
            high: number;
            low: number;
            predicted_visits: number;
        };
        /** @enum {string} */
        PrivacySignal: "honor" | "drop" | "ignore";
        Problem: {
            detail: string;
            errors?: {
                detail: string;
                field: string;
            }[];
            field?: string;
            status: number;
            title: string;
            type: string;
        };
        Realtime: {
            /** Format: date-time */
            as_of: string;
            countries: components["schemas"]["RealtimeValue"][];
            minutes: components["schemas"]["RealtimeMinute"][];
            pages: components["schemas"]["RealtimeValue"][];
            site: string;
            sources: components["schemas"]["RealtimeValue"][];
            visitors: number;
        };
        RealtimeMinute: {
            pageviews: number;
            /** Format: date-time */
            time: string;
            visitors: number;
        };
        RealtimeValue: {
            pageviews: number;
            value: string;
            visitors: number;
        };
        RebuildRequest: {
            from?: string | null;
            to?: string | null;
        };
        Record: {
            /** Format: date */
            day: string;
            /** @enum {string} */
            metric: "visitors" | "visits" | "pageviews";
            value: number;
        };
        RecountState: {
            days_to_rebuild: number;
            finished_at: string | null;
            progress: number;
            requested_at: string | null;
            running: boolean;
            visits_changed: number;
            visits_seen: number;
        };
        RefreshRequest: {
            refresh_token?: string | null;
        };
        RegisteredKey: {
            /** Format: uuid */
            id: string;
            /** @constant */
            message: "Public key registered";
            name: string;
            public_key_hex: string;
            replaced: number;
            schemes: components["schemas"]["SignatureScheme"][];
            site_id: string;
            /** @constant */
            status: "ok";
        };
        RegisterKey: {
            code?: string | null;
            name?: string | null;
            public_key_hex: string;
            site_id: string;
        };
        RegistrationCode: {
            code: string;
            expires_in: number;
            site: string;
        };
        RejectedServerEvent: {
            index: number;
            reason: string;
        };
        /** @enum {string} */
        ReportFormat: "json" | "csv";
        RetentionCounts: {
            dead_letters: number;
            events: number;
            visitors: number;
            visits: number;
        };
        RollupState: {
            batches_to_compact: number;
            days_to_rebuild: number;
            days_with_open_exits: number;
            oldest_stale_since: string | null;
        };
        /** @enum {string} */
        Rule: "ua:empty" | "ua:malformed" | "ua:headless" | "ua:ai-crawler" | "ua:monitor" | "ua:preview" | "ua:feed-reader" | "ua:http-library" | "ua:scanner" | "ua:crawler" | "hint:webdriver" | "network:datacenter" | "referrer:spam" | "behavior:rate" | "behavior:paths" | "behavior:lifetime-paths" | "model" | "manual";
        RuleCount: {
            counted_as_human: number;
            description: string;
            /** Format: date-time */
            last_seen: string;
            pageviews: number;
            rule: string;
            share: number;
            visits: number;
        };
        /** @enum {string} */
        Scope: "read:stats" | "write:events" | "admin";
        SecondFactorCode: {
            code: string;
        };
        SecondFactorSetup: {
            secret: string;
            uri: string;
        };
        ServerEventsBody: {
            /**
             * @example [
             *       {
             *         "ip": "192.0.2.1",
             *         "kind": "event",
             *         "name": "signup",
             *         "url": "https://example.com/",
             *         "user_agent": "…"
             *       }
             *     ]
             */
            events: unknown[];
            site: string;
        };
        ServerEventsResponse: {
            accepted: number;
            rejected: components["schemas"]["RejectedServerEvent"][];
        };
        ShareLink: {
            /** Format: date-time */
            created_at: string;
            created_by: string | null;
            has_password: boolean;
            /** Format: uuid */
            id: string;
            name: string;
        };
        ShareLinkList: {
            shares: components["schemas"]["ShareLink"][];
        };
        /** @enum {string} */
        SignatureScheme: "legacy" | "rfc9421";
        SiteBeaconCounts: {
            accepted: number;
            backlog: number;
            dead_letters: number;
            difference: number;
            dropped: {
                [key: string]: number;
            };
            site: string | null;
            stored: number;
        };
        SiteDataRetention: {
            expired: components["schemas"]["RetentionCounts"] | null;
            kept_from: string | null;
            retention_days: number | null;
            runs: components["schemas"]["DataRetentionRun"][];
            site: string;
        };
        SiteDeletion: {
            finished_at: string | null;
            name: string;
            /** Format: date-time */
            requested_at: string;
            rows_deleted: number;
            rows_total: number | null;
        };
        SiteDeletionList: {
            deletions: components["schemas"]["SiteDeletion"][];
        };
        SiteKey: {
            /** Format: date-time */
            created_at: string;
            created_by: string | null;
            /** Format: uuid */
            id: string;
            last_scheme: components["schemas"]["SignatureScheme"] | null;
            last_used_at: string | null;
            name: string;
            public_key_hex: string;
        };
        SiteKeyList: {
            keys: components["schemas"]["SiteKey"][];
        };
        SiteList: {
            sites: components["schemas"]["SiteView"][];
        };
        SiteMembers: {
            members: string[];
        };
        SiteOverview: {
            before: components["schemas"]["OverviewCounts"];
            change: number | null;
            current_visitors: number;
            /** Format: date */
            from: string;
            pageviews: number;
            site: string;
            sparkline: number[];
            timezone: string;
            /** Format: date */
            to: string;
            url: string;
            visitors: number;
            visits: number;
        };
        SiteStats: {
            bot_summary: components["schemas"]["BotSummary"];
            browsers: {
                [key: string]: number;
            };
            countries: {
                [key: string]: number;
            };
            devices: {
                [key: string]: number;
            };
            history: components["schemas"]["DayVisits"][];
            links: {
                [key: string]: number;
            };
            os: {
                [key: string]: number;
            };
            page_countries: {
                [key: string]: {
                    [key: string]: number;
                };
            };
            pages: {
                [key: string]: number;
            };
            referrers: {
                [key: string]: number;
            };
            total_visits: number;
            unique_visitors: number;
        };
        SiteSummary: {
            all_time: components["schemas"]["Averages"];
            busiest_hour: components["schemas"]["HourAverage"] | null;
            busiest_weekday: components["schemas"]["WeekdayAverage"];
            /** Format: date */
            first_day: string;
            hours: components["schemas"]["HourAverage"][];
            /** Format: date */
            last_day: string;
            last_month: components["schemas"]["Averages"];
            records: components["schemas"]["Record"][];
            week_over_week: components["schemas"]["WeekOverWeek"];
            weekdays: components["schemas"]["WeekdayAverage"][];
        };
        SiteView: {
            bot_policy: components["schemas"]["BotPolicy"];
            /** Format: date-time */
            created_at: string;
            identity: components["schemas"]["IdentityMode"];
            name: string;
            origins: string[];
            privacy_signal: components["schemas"]["PrivacySignal"];
            public: boolean;
            retention_days: number | null;
            signature_schemes: components["schemas"]["SignatureScheme"][];
            timezone: string;
            url: string;
        };
        Snippet: {
            collector: string;
            html: string;
            noscript: string;
        };
        SpooledBeacons: {
            beacons: number;
            bytes: number;
            collector: string;
            /** Format: date-time */
            reported_at: string;
        };
        StepConversions: {
            dropped: number;
            event: string | null;
            goal: string | null;
            page: string | null;
            properties: {
                [key: string]: string;
            };
            rate_of_first: number;
            rate_of_previous: number;
            visitors: number;
        };
        Summary: {
            accuracy: components["schemas"]["Accuracy"];
            /** Format: date-time */
            as_of: string;
            bounce_rate: number | null;
            clicks: number | null;
            comparison: components["schemas"]["ComparedMetrics"] | null;
            entries: number | null;
            events: number | null;
            /** Format: date */
            from: string;
            pageviews: number | null;
            period: components["schemas"]["Period"];
            scroll_depth: number | null;
            site: string;
            time_on_page: number | null;
            timezone: string;
            /** Format: date */
            to: string;
            views_per_visit: number | null;
            visit_duration: number | null;
            visitors: number | null;
            visits: number | null;
        };
        SummaryInsight: {
            computed_at: string | null;
            requested_at: string | null;
            site: string;
            state: components["schemas"]["InsightState"];
            summary: components["schemas"]["SiteSummary"] | null;
            timezone: string;
            too_little: components["schemas"]["TooLittle"] | null;
        };
        Timeseries: {
            accuracy: components["schemas"]["Accuracy"];
            /** Format: date-time */
            as_of: string;
            comparison: components["schemas"]["ComparedPoints"] | null;
            /** Format: date */
            from: string;
            interval: components["schemas"]["Interval"];
            period: components["schemas"]["Period"];
            points: components["schemas"]["TimeseriesPoint"][];
            site: string;
            timezone: string;
            /** Format: date */
            to: string;
        };
        TimeseriesPoint: {
            bounce_rate: number | null;
            clicks: number | null;
            entries: number | null;
            events: number | null;
            pageviews: number | null;
            scroll_depth: number | null;
            time: string;
            time_on_page: number | null;
            views_per_visit: number | null;
            visit_duration: number | null;
            visitors: number | null;
            visits: number | null;
        };
        TokenPair: {
            access_token: string;
            expires_in: number;
            refresh_token: string | null;
            /** @constant */
            token_type: "Bearer";
        };
        TooLittle: {
            have: number;
            needed: number;
            /** @enum {string} */
            reason: "too-few-days" | "too-few-visitors";
        };
        TrafficShare: {
            pageviews: number;
            share: number;
            visits: number;
        };
        UpdateCurrentUser: {
            username?: string | null;
        };
        UpdateSite: {
            bot_policy?: components["schemas"]["BotPolicy"];
            identity?: components["schemas"]["IdentityMode"];
            origins?: string[];
            privacy_signal?: components["schemas"]["PrivacySignal"];
            public?: boolean;
            retention_days?: number | null;
            signature_schemes?: components["schemas"]["SignatureScheme"][];
            timezone?: string;
            url?: string;
        };
        UpdateUser: {
            disabled?: boolean | null;
            is_admin?: boolean | null;
            password?: string | null;
            second_factor?: false | null;
        };
        User: {
            /** Format: date-time */
            created_at: string;
            disabled: boolean;
            is_admin: boolean;
            second_factor: boolean;
            sites: string[];
            username: string;
        };
        UserList: {
            users: components["schemas"]["User"][];
        };
        UserSession: {
            client: string;
            /** Format: date-time */
            created_at: string;
            current: boolean;
            /** Format: date-time */
            expires_at: string;
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            refreshed_at: string;
        };
        UserSessionList: {
            sessions: components["schemas"]["UserSession"][];
        };
        V01dworksAnomalies: {
            anomalies?: components["schemas"]["AnomalousDay"][] | null;
            has_anomalies: boolean;
            message?: string | null;
        };
        V01dworksForecast: {
            can_forecast: boolean;
            forecast?: components["schemas"]["PredictedDay"][] | null;
            message?: string | null;
            slope?: number | null;
            trend?: ("increasing" | "decreasing" | "stable") | null;
        };
        V01dworksSummary: {
            average_daily_unique?: number | null;
            average_daily_visits?: number | null;
            busiest_day_of_week?: string | null;
            error?: string | null;
            weekly_growth?: components["schemas"]["WeeklyGrowth"] | null;
        };
        VisitEvents: {
            events: components["schemas"]["EventView"][];
            /** Format: date-time */
            started_at: string;
            truncated: boolean;
            /** Format: uuid */
            visitor: string;
        };
        VisitorLookup: {
            cookie: string;
        };
        VisitorLookupResult: {
            known: boolean;
            /** Format: uuid */
            visitor: string;
        };
        VisitorNote: {
            label: string;
            note: string;
            /** Format: uuid */
            visitor: string;
        };
        VisitorPage: {
            next: string | null;
            visitors: components["schemas"]["VisitorRow"][];
        };
        VisitorRow: {
            bot_reason: string;
            browser: string;
            city: string;
            country: string;
            device: string;
            /** Format: date-time */
            first_visit: string;
            /** Format: uuid */
            id: string;
            label: string;
            /** Format: date-time */
            last_visit: string;
            os: string;
            region: string;
            /** Format: date-time */
            seen_at: string;
        };
        VisitorView: {
            /** Format: date-time */
            first_visit: string;
            /** Format: uuid */
            id: string;
            label: string;
            /** Format: date-time */
            last_visit: string;
            next: string | null;
            note: string;
            visits: components["schemas"]["VisitView"][];
        };
        VisitPage: {
            next: string | null;
            visits: components["schemas"]["VisitView"][];
        };
        VisitPath: {
            exits: number;
            pages: string[];
            visits: number;
        };
        VisitView: {
            bot_reason: string;
            browser: string;
            browser_version: string;
            channel: string;
            city: string;
            country: string;
            device: string;
            /** Format: date-time */
            ended_at: string;
            engaged_ms: number;
            entry_page: string;
            events: number;
            exit_page: string;
            hostname: string;
            language: string;
            network: string;
            os: string;
            os_version: string;
            pageviews: number;
            referrer: string;
            region: string;
            screen: string;
            source: string;
            /** Format: date-time */
            started_at: string;
            user_agent: string;
            utm_campaign: string;
            utm_content: string;
            utm_medium: string;
            utm_source: string;
            utm_term: string;
            /** Format: uuid */
            visitor: string;
        };
        WeekdayAverage: {
            visitors: number;
            weekday: number;
        };
        WeeklyGrowth: {
            current_week_visits: number;
            growth_rate_percent: number;
            previous_week_visits: number;
        };
        WeekOverWeek: {
            pageviews: components["schemas"]["Change"];
            visitors: components["schemas"]["Change"];
            visits: components["schemas"]["Change"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
};
export type $defs = Record<string, never>;
type FlattenedDeepRequired<T> = {
    [K in keyof T]-?: FlattenedDeepRequired<T[K] extends unknown[] | undefined | null ? Extract<T[K], unknown[]>[number] : T[K]>;
};
type ReadonlyArray<T> = [
    Exclude<T, undefined>
] extends [
    unknown[]
] ? Readonly<Exclude<T, undefined>> : Readonly<Exclude<T, undefined>[]>;
export const alertChannelValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["AlertChannel"]> = ["webhook", "email"];
export const alertKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["AlertKind"]> = ["spike", "dip", "silence", "weekly", "monthly", "test"];
export const alertViewKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["AlertView"]["kind"]> = ["spike", "dip", "silence", "weekly", "monthly"];
export const anomalousDayMetricValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["AnomalousDay"]["metric"]> = ["visitors", "pageviews"];
export const anomalousDayTypeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["AnomalousDay"]["type"]> = ["spike", "dip"];
export const anomalyKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Anomaly"]["kind"]> = ["spike", "dip"];
export const anomalyMetricValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Anomaly"]["metric"]> = ["visitors", "pageviews"];
export const botFilterValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["BotFilter"]> = ["no", "only", "any"];
export const botLogBot_typeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["BotLog"]["bot_type"]> = ["bot", "crawler"];
export const botPolicyValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["BotPolicy"]> = ["separate", "count"];
export const causeDimensionValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Cause"]["dimension"]> = ["source", "country", "page"];
export const cohortIntervalValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CohortInterval"]> = ["day", "week"];
export const compareValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Compare"]> = ["previous", "year", "custom"];
export const countedAsValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CountedAs"]> = ["bot", "human"];
export const createdAlertKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CreatedAlert"]["kind"]> = ["spike", "dip", "silence", "weekly", "monthly"];
export const dataSourceValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["DataSource"]> = ["raw", "rollups", "sample"];
export const dimensionNameValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["DimensionName"]> = ["page", "hostname", "entry", "exit", "referrer", "source", "channel", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "country", "region", "city", "browser", "browser_version", "os", "os_version", "device", "screen", "language", "event", "link", "property"];
export const exportFormatValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["ExportFormat"]> = ["parquet", "jsonl"];
export const funnelScopeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["FunnelScope"]> = ["period", "visit"];
export const identityModeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["IdentityMode"]> = ["cookie", "cookieless", "persistent"];
export const insightStateValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["InsightState"]> = ["ready", "not-yet", "too-little"];
export const intervalValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Interval"]> = ["hour", "day", "week", "month"];
export const modelUseValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["ModelUse"]> = ["show", "apply"];
export const newAlertKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["NewAlert"]["kind"]> = ["spike", "dip", "silence", "weekly", "monthly"];
export const operatorValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Operator"]> = ["is", "is_not", "contains", "not_contains", "starts_with"];
export const overrideActionValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["OverrideAction"]> = ["allow", "block"];
export const overrideKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["OverrideKind"]> = ["rule", "network", "user_agent"];
export const pairingKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["PairingKind"]> = ["code", "key"];
export const periodValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Period"]> = ["day", "7d", "30d", "month", "6mo", "year", "all", "custom"];
export const privacySignalValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["PrivacySignal"]> = ["honor", "drop", "ignore"];
export const recordMetricValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Record"]["metric"]> = ["visitors", "visits", "pageviews"];
export const reportFormatValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["ReportFormat"]> = ["json", "csv"];
export const ruleValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Rule"]> = ["ua:empty", "ua:malformed", "ua:headless", "ua:ai-crawler", "ua:monitor", "ua:preview", "ua:feed-reader", "ua:http-library", "ua:scanner", "ua:crawler", "hint:webdriver", "network:datacenter", "referrer:spam", "behavior:rate", "behavior:paths", "behavior:lifetime-paths", "model", "manual"];
export const scopeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Scope"]> = ["read:stats", "write:events", "admin"];
export const signatureSchemeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["SignatureScheme"]> = ["legacy", "rfc9421"];
export const tooLittleReasonValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["TooLittle"]["reason"]> = ["too-few-days", "too-few-visitors"];
export const v01dworksForecastTrendAnyOf0Values: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["V01dworksForecast"]["trend"]> = ["increasing", "decreasing", "stable"];
export type operations = Record<string, never>;
