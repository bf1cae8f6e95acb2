"""Which passwords are among the first to be guessed."""

import string
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.passwords import PasswordError, check_rules
from common.weak_passwords import is_weak

WORDS = st.sampled_from(["password", "dragon", "welcome", "iloveyou", "summer", "admin", "qwerty"])


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "Password1",
        "P@ssw0rd!",
        "p4$$w0rd",
        "123password",
        "Summer2026!",
        "Winter-2025",
        "letmein!!",
        "Admin1234",
        "iloveyou2",
        "Welc0me1!",
        "pyuniqvisit",
        "12345678",
        "87654321",
        "123456789012",
        "11111111",
        "abcabcabc",
        "12341234",
        "qwertyuiop",
        "poiuytrewq",
        "1qaz2wsx",
        "1q2w3e4r5t",
        "abcdefgh",
        "11223344",
        "password1password1",
    ],
)
def test_a_common_password_is_refused(password):
    assert is_weak(password)
    with pytest.raises(PasswordError, match="too common"):
        check_rules(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "password of my old bicycle",
        "summer4829173650",
        "tr0ub4dor&3",
        "hyperbola",
        "xkqzvwpt",
        "29384756",
        "ああああいいいいうう",
        "a" * 40,
    ],
)
def test_uncommon_password_is_accepted_with_any_characters(password):
    assert not is_weak(password)
    check_rules(password)


@given(WORDS, st.text(string.digits + "!.-_", max_size=3), st.text(string.digits + "!.-_", max_size=3), st.booleans())
def test_common_word_with_affixes_is_weak(word, before, after, capital):
    assert is_weak(before + (word.capitalize() if capital else word) + after)


@given(st.text(max_size=100))
def test_any_text_is_weak_or_not(text):
    assert is_weak(text) in (True, False)


def test_random_passwords_are_not_weak():
    random = Random(7)
    letters = string.ascii_lowercase + string.digits
    made = ["".join(random.choices(letters, k=12)) for _ in range(5_000)]
    assert [password for password in made if is_weak(password)] == []
