"""The message that `up` prints when everything is running."""

from common.snippet import script_tag
from services.cli.up.first_run import FIRST_ADMIN
from services.cli.up.plan import DEMO_SITE, StartPlan


def startup_message(plan: StartPlan, seconds: float, logs: str, first_run: bool, new_password: str | None) -> str:
    """Return the URLs and the login. ``new_password`` is the generated one, which is shown only this once."""
    lines = [
        "",
        f"PyUniqVisit is running (started in {seconds:.1f} s). Press Ctrl-C to stop it.",
        "",
        f"  Dashboard    {plan.api_url}/",
        f"  Demo site    {plan.api_url}/demo/   (visits to it are counted for the site `{DEMO_SITE}`)",
        f"  Collector    {plan.collector_url}/collect",
        f"  Logs         {logs}",
        "",
    ]
    if new_password:
        lines += [
            f"  Username     {FIRST_ADMIN}",
            f"  Password     {new_password}",
            "               (shown only this once; store it now)",
            "",
        ]
    elif first_run:
        lines += [f"  Username     {FIRST_ADMIN}, with the password from PYUNIQVISIT_ADMIN_PASSWORD", ""]
    else:
        lines += [f"  Username     {FIRST_ADMIN}, with the password from the first start", ""]
    lines += [
        "  To track a page, add this line to its HTML:",
        "",
        f"    {script_tag(plan.collector_url, DEMO_SITE)}",
        "",
    ]
    return "\n".join(lines)
