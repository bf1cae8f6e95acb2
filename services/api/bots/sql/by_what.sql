-- Visits of which the rules said that they are programs', or that were blocked, by what they are. The most frequent
-- $5 of each kind, and all rules. $1 site, $2 and $3: they began from when until when, $4 shards.
with found as (
    select
        coalesce(nullif(bot_verdict, ''), bot_reason) as rule, browser, user_agent, network, country, pageviews,
        bot_reason = '' as is_person, ended_at
    from visits
    where shard = any($4::smallint[]) and site_id = $1 and started_at >= $2 and started_at < $3
        and (bot_verdict <> '' or bot_reason <> '')
),
counted as (
    select
        case
            when grouping(browser) = 0 then 'name'
            when grouping(network) = 0 then 'network'
            when grouping(user_agent) = 0 then 'user_agent'
            else 'rule'
        end as kind,
        coalesce(browser, network, user_agent, rule) as value,
        rule,
        country,
        count(*) as visits,
        sum(pageviews)::bigint as pageviews,
        count(*) filter (where is_person) as counted_as_people,
        coalesce(sum(pageviews) filter (where is_person), 0)::bigint as pageviews_of_people,
        max(ended_at) as last_seen
    from found
    group by grouping sets ((rule), (browser), (network, country), (user_agent, rule))
)
select kind, value, rule, country, visits, pageviews, counted_as_people, pageviews_of_people, last_seen
from (select *, row_number() over (partition by kind order by visits desc, value) as place from counted) c
where place <= $5::int or kind = 'rule'
order by kind, place
