"""The report of a run."""

from collections import Counter

from tests.chaos.run import RunResult


def table(result: RunResult) -> str:
    """Return the faults in the order in which they began, and then the counts."""
    faults = [f"{each.at:7.1f} s  {each.description:<52} {each.seconds:5.1f} s" for each in result.faults]
    faults += [f"skipped: {skipped}" for skipped in result.skipped]
    sent, found = result.sent, result.findings
    responses: Counter[str] = sent.responses
    counts = {
        "beacons to send": result.options.beacons,
        "acknowledged": len(sent.acknowledged),
        "not acknowledged": len(sent.unanswered),
        "responses": ", ".join(f"{response}: {times}" for response, times in responses.most_common()),
        "stored": found.stored,
        "  of which not acknowledged": found.unanswered_stored,
        "lost": len(found.lost),
        "stored twice": len(found.duplicated),
        "stored but never sent": len(found.never_sent),
        "poison in the streams": result.poison.put,
        "dead letters": found.dead_letters,
        "outcomes": ", ".join(f"{name} {beacons}" for name, beacons in found.accounts.items()),
        "visits": found.visits,
        "rollup rows recounted": found.rollup_rows,
        "sums that differ": "; ".join(found.disagreements) or "none",
        "services that crashed": result.crashes or "none",
        "duration of sending": f"{result.sending_seconds:.1f} s of {result.options.seconds:.0f} s planned",
        "backlog stored after": f"{result.drained_seconds:.1f} s",
    }
    lines = [f"{name:<36}{value}" for name, value in counts.items()]
    title = f"{len(result.faults)} faults, seed {result.options.seed}, appendfsync {result.options.fsync}"
    return "\n".join(["", title, *faults, "", *lines, ""])


def failures(result: RunResult) -> list[str]:
    """Return the failures; none if every acknowledged beacon is stored exactly once and all sums agree."""
    found, poison = result.findings, result.poison
    failed = list(found.disagreements)
    failed += [f"lost: {found.lost[:10]}"] if found.lost else []
    failed += [f"stored twice: {found.duplicated[:10]}"] if found.duplicated else []
    failed += [f"stored but never sent: {found.never_sent[:10]}"] if found.never_sent else []
    failed += [f"never acknowledged: {result.sent.given_up[:10]}"] if result.sent.given_up else []
    if not poison.put <= found.dead_letters <= poison.put + poison.uncertain:
        failed.append(f"{poison.put} poisoned beacons, but {found.dead_letters} dead letters")
    return failed
