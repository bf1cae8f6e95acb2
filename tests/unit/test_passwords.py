"""Passwords: the rules, and that a hash is only ever opened by its own password."""

import bcrypt
import pytest

from common.passwords import ROUNDS, UNKNOWN_USER_HASH, PasswordError, check_rules, hash_password, verify_password


@pytest.mark.parametrize("password", ["", "seven77", "p" * 73, "ü" * 37])
def test_password_that_is_too_short_or_would_be_truncated_is_rejected(password):
    with pytest.raises(PasswordError):
        check_rules(password)
    with pytest.raises(PasswordError):
        hash_password(password)


@pytest.mark.parametrize("password", ["ten chars!", "p" * 72, "ü" * 36])
def test_password_matches_its_own_hash(password):
    kept = hash_password(password)
    assert verify_password(password, kept)
    assert not verify_password(password + "x", kept)
    assert password not in kept


def test_unknown_user_hash_costs_same_and_never_matches():
    assert hash_password("ten chars!").split("$")[2] == UNKNOWN_USER_HASH.split("$")[2] == str(ROUNDS)
    assert bcrypt.checkpw(b"", UNKNOWN_USER_HASH.encode()) is False
    assert not verify_password("", UNKNOWN_USER_HASH)
