"""Size classes of screens: a width in pixels singles people out, a class does not."""

from bisect import bisect_right

_LOWER_BOUNDS = (1, 480, 768, 1024, 1440, 1920)
_CLASSES = ("", "XS", "S", "M", "L", "XL", "XXL")


def screen_class(width: int) -> str:
    """The class of a screen ``width`` CSS pixels wide; '' when not known (0).

    XS < 480 (phones upright), S < 768 (phones across), M < 1024 (tablets), L < 1440 (laptops), XL < 1920, XXL.
    """
    return _CLASSES[bisect_right(_LOWER_BOUNDS, width)]
