"""Whether a visit counts as a bot: by the rules, unless the site has settings or overrides."""

import pytest

from common.bots import BotPolicy, ModelUse, OverrideAction, OverrideKind, Rule
from services.worker.bots.site_bot_policy import BehaviorLimits, Override, SiteBotPolicy

NETWORK, AGENT = "203.0.113.0/24", "Mozilla/5.0 (compatible; Googlebot/2.1)"


def override(kind: str, value: str, verdict: str) -> Override:
    return Override(OverrideKind(kind), value, OverrideAction(verdict))


@pytest.mark.parametrize("verdict", ["", *Rule])
def test_without_overrides_rules_count_and_model_does_not(verdict: str) -> None:
    assert SiteBotPolicy().reason(verdict, NETWORK, AGENT) == ("" if verdict == Rule.MODEL else verdict)


def test_model_counts_if_site_applies_it() -> None:
    assert SiteBotPolicy(model=ModelUse.APPLY).reason(Rule.MODEL, NETWORK, AGENT) == Rule.MODEL


def test_disabled_rule_does_not_count() -> None:
    bot_policy = SiteBotPolicy(limits=BehaviorLimits(rate_per_minute=0))
    assert bot_policy.reason(Rule.RATE, NETWORK, AGENT) == ""
    assert bot_policy.reason(Rule.PATHS, NETWORK, AGENT) == Rule.PATHS


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ([("rule", "ua:crawler", "allow")], ""),
        ([("rule", "ua:scanner", "allow")], "ua:crawler"),
        ([("network", "203.0.0.0/16", "allow")], ""),
        ([("network", "203.0.0.0/16", "allow"), ("network", "203.0.113.0/24", "block")], "ua:crawler"),
        ([("network", "2001:db8::/32", "allow")], "ua:crawler"),
        ([("user_agent", "*googleBOT*", "allow"), ("network", "0.0.0.0/0", "block")], ""),
        ([("user_agent", "googlebot", "allow")], "ua:crawler"),
        ([("user_agent", "*", "block"), ("user_agent", "*Googlebot/2.1)", "allow")], ""),
        ([("user_agent", "Mozilla/5.0 (compatible; Googlebot/2.1)", "allow"), ("rule", "ua:crawler", "block")], ""),
    ],
)
def test_most_specific_override_decides(overrides: list[tuple[str, str, str]], reason: str) -> None:
    bot_policy = SiteBotPolicy(overrides=[override(*each) for each in overrides])
    assert bot_policy.reason("ua:crawler", NETWORK, AGENT) == reason


def test_visit_blocked_without_rule_has_manual_reason() -> None:
    bot_policy = SiteBotPolicy(overrides=[override("network", NETWORK, "block")])
    assert bot_policy.reason("", NETWORK, AGENT) == Rule.MANUAL
    assert bot_policy.reason("", "198.51.100.0/24", AGENT) == ""
    assert bot_policy.reason("", "", AGENT) == ""


def test_site_that_counts_bots_can_block_some() -> None:
    bot_policy = SiteBotPolicy(BotPolicy.COUNT, [override("rule", "ua:ai-crawler", "block")])
    assert bot_policy.reason("ua:crawler", NETWORK, AGENT) == ""
    assert bot_policy.reason("ua:ai-crawler", NETWORK, AGENT) == "ua:ai-crawler"
