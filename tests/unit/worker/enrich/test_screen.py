import pytest

from services.worker.enrich.screen import screen_class


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (-5, ""),
        (0, ""),
        (1, "XS"),
        (390, "XS"),
        (479, "XS"),
        (480, "S"),
        (768, "M"),
        (1023, "M"),
        (1024, "L"),
        (1440, "XL"),
        (1919, "XL"),
        (1920, "XXL"),
        (99_999, "XXL"),
    ],
)
def test_width_has_its_class(width: int, expected: str) -> None:
    assert screen_class(width) == expected
