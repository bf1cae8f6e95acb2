"""Passwords: the rules, and that a hash is only ever opened by its own password."""

import bcrypt
import pytest

from common.passwords import ROUNDS, UNKNOWN_USER_HASH, PasswordError, check_rules, hash_password, verify_password


@pytest.mark.parametrize("password", ["", "seven77", "p" * 73, "ü" * 37])
def test_a_password_that_is_too_short_or_that_bcrypt_would_cut_is_refused(password):
    with pytest.raises(PasswordError):
        check_rules(password)
    with pytest.raises(PasswordError):
        hash_password(password)


@pytest.mark.parametrize("password", ["ten chars!", "p" * 72, "ü" * 36])
def test_a_password_opens_its_own_hash(password):
    kept = hash_password(password)
    assert verify_password(password, kept)
    assert not verify_password(password + "x", kept)
    assert password not in kept


def test_nobodys_hash_costs_as_much_as_anybodys_and_opens_for_nobody():
    assert hash_password("ten chars!").split("$")[2] == UNKNOWN_USER_HASH.split("$")[2] == str(ROUNDS)
    assert bcrypt.checkpw(b"", UNKNOWN_USER_HASH.encode()) is False
    assert not verify_password("", UNKNOWN_USER_HASH)
