from services.api.accounts.auth.errors import UnauthenticatedError


class SignatureRefusedError(UnauthenticatedError):
    """Whatever is wrong with a signature, and with the site or key that it is about: the answer is one and the same.

    Why is for tests, in ``reason``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("the signature does not open this")
        self.reason = reason
