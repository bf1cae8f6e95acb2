"""The load generator builds requests and counts responses."""

from itertools import islice

import msgspec

from benchmarks.load import LoadRun, answer_status
from benchmarks.load_monitor import LoadSamples
from benchmarks.requests import build_requests, in_parts, repeat_with_new_visitors


def bodies(requests):
    return [msgspec.json.decode(request.partition(b"\r\n\r\n")[2]) for request in requests]


def test_repeated_requests_come_from_new_visitors():
    made = list(islice(build_requests(1, "bench", 80), 50))
    sent = list(islice(repeat_with_new_visitors([in_parts(request) for request in made]), 150))
    assert sent[:50] == made
    first, second, third = (bodies(sent[begin : begin + 50]) for begin in (0, 50, 100))
    for one, other, last in zip(first, second, third, strict=True):
        assert len({one.pop("visitor"), other.pop("visitor"), last.pop("visitor")}) == 3
        assert one == other == last


def test_content_lengths_stay_correct_with_new_visitors():
    requests = [in_parts(request) for request in islice(build_requests(1, "bench", 80), 5)]
    for request in islice(repeat_with_new_visitors(requests), 20):
        head, _, body = request.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head


async def test_unsent_request_does_not_count_as_unanswered():
    load = LoadRun(iter([b"one", b"two"]), closed=False)
    load.fall_due(2)
    await load.finish()
    assert (load.unsent, load.failures) == (2, 0)


def test_response_counts_when_it_is_complete():
    assert answer_status(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n") == 202
    assert answer_status(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nfou") == 0
    assert answer_status(b"HTTP/1.1 202 Acc") == 0


def test_memory_growth_compares_medians_of_second_and_last_minute():
    seen = LoadSamples(memory={"worker": [90] * 60 + [100] * 180 + [120] * 59 + [900]})
    assert seen.early_and_late("worker") == (100, 120)
    assert LoadSamples(memory={"worker": [1, 2, 3, 4]}).early_and_late("worker") == (2, 4)
