"""CSV cells that a spreadsheet would evaluate."""

import pytest

from common.text import escape_formula


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "\ufeff=1", "\u200b=1",
        "\uff1d1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "=", '=HYPERLINK("http://evil.example")',
    ],
)  # fmt: skip
def test_formulas_are_escaped(text):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "/", "/a=b", "1-2", " a", "Größe", "'=1", "\u3042"])
def test_other_text_is_unchanged(text):
    assert escape_formula(text) == text
