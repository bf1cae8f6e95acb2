"""A run in words and numbers."""

from collections import Counter

from tests.chaos.run import Outcome


def table(outcome: Outcome) -> str:
    """The faults in the order in which they began, then the counts."""
    faults = [f"{each.at:7.1f} s  {each.what:<52} {each.seconds:5.1f} s" for each in outcome.done]
    faults += [f"not tried: {skipped}" for skipped in outcome.skipped]
    sent, found = outcome.sent, outcome.reckoning
    answers: Counter[str] = sent.answers
    counts = {
        "beacons to send": outcome.wanted.beacons,
        "acknowledged": len(sent.acknowledged),
        "not acknowledged": len(sent.unanswered),
        "answers": ", ".join(f"{answer}: {times}" for answer, times in answers.most_common()),
        "stored": found.stored,
        "  of these not acknowledged": found.unanswered_stored,
        "lost": len(found.lost),
        "stored twice": len(found.doubled),
        "stored and never sent": len(found.never_sent),
        "poison put on the streams": outcome.poison.put,
        "dead letters": found.dead_letters,
        "accounts": ", ".join(f"{name} {beacons}" for name, beacons in found.accounts.items()),
        "visits": found.visits,
        "rollup rows recounted": found.rollup_rows,
        "sums that differ": "; ".join(found.disagreements) or "none",
        "services that ended by themselves": outcome.ended_by_themselves or "none",
        "sending took": f"{outcome.sending_seconds:.1f} s of {outcome.wanted.seconds:.0f} s planned",
        "all of it stored after another": f"{outcome.drained_seconds:.1f} s",
    }
    lines = [f"{name:<36}{value}" for name, value in counts.items()]
    title = f"{len(outcome.done)} faults, seed {outcome.wanted.seed}, appendfsync {outcome.wanted.fsync}"
    return "\n".join(["", title, *faults, "", *lines, ""])


def failures(outcome: Outcome) -> list[str]:
    """What must not be; none, when every acknowledged beacon is stored exactly once and all sums agree."""
    found, poison = outcome.reckoning, outcome.poison
    wrong = list(found.disagreements)
    wrong += [f"lost: {found.lost[:10]}"] if found.lost else []
    wrong += [f"stored twice: {found.doubled[:10]}"] if found.doubled else []
    wrong += [f"stored and never sent: {found.never_sent[:10]}"] if found.never_sent else []
    wrong += [f"never acknowledged: {outcome.sent.given_up[:10]}"] if outcome.sent.given_up else []
    if not poison.put <= found.dead_letters <= poison.put + poison.in_doubt:
        wrong.append(f"{poison.put} poisoned beacons made {found.dead_letters} dead letters")
    return wrong
