"""Answers about days that are over, kept for whoever asks the same again."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")
MOST = 2_000
"""Answers; a large one has some hundred kilobytes, most have one or two."""


class Remembered(Generic[Answer]):
    """The most recently asked for; the others go. A key says all that the answer depends on."""

    def __init__(self, most: int = MOST) -> None:
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._most = most

    def get(self, key: Hashable) -> Answer | None:
        if key not in self._answers:
            return None
        self._answers.move_to_end(key)
        return self._answers[key]

    def put(self, key: Hashable, answer: Answer) -> None:
        self._answers[key] = answer
        self._answers.move_to_end(key)
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)
