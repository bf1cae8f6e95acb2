"""What `up` prints when everything runs."""

from services.cli.up.first_run import FIRST_ADMIN
from services.cli.up.plan import DEMO_SITE, Plan, snippet


def report(plan: Plan, seconds: float, logs: str, first_run: bool, new_password: str | None) -> str:
    """``new_password`` is the first admin's, where we made it: this is the only time that it is shown."""
    lines = [
        "",
        f"PyUniqVisit runs, after {seconds:.1f} s. Ctrl-C stops it.",
        "",
        f"  Dashboard    {plan.api_url}/",
        f"  Demo site    {plan.api_url}/demo/   (a visit there is counted for the site `{DEMO_SITE}`)",
        f"  Beacons go   {plan.collector_url}/collect",
        f"  Logs         {logs}",
        "",
    ]
    if new_password:
        lines += [
            f"  Log in as    {FIRST_ADMIN}",
            f"  Password     {new_password}",
            "               (shown this once; keep it)",
            "",
        ]
    elif first_run:
        lines += [f"  Log in as    {FIRST_ADMIN}, with the password of PYUNIQVISIT_ADMIN_PASSWORD", ""]
    else:
        lines += [f"  Log in as    {FIRST_ADMIN}, with the password from the first start", ""]
    lines += [
        "  To count a page, put this line into its HTML:",
        "",
        f"    {snippet(plan.collector_url, DEMO_SITE)}",
        "",
    ]
    return "\n".join(lines)
