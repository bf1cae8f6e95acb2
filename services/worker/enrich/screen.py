"""Size classes of screens. A width in pixels can identify a visitor, a class cannot."""

from bisect import bisect_right

_LOWER_BOUNDS = (1, 480, 768, 1024, 1440, 1920)
_CLASSES = ("", "XS", "S", "M", "L", "XL", "XXL")


def screen_class(width: int) -> str:
    """Return the class of a screen with a ``width`` in CSS pixels; '' if it is unknown (0).

    XS < 480 (phones, portrait), S < 768 (phones, landscape), M < 1024 (tablets), L < 1440 (laptops), XL < 1920, XXL.
    """
    return _CLASSES[bisect_right(_LOWER_BOUNDS, width)]
