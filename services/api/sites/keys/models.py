from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from common.sites import SignatureScheme
from services.api.http.models import RequestModel, ResponseModel
from services.api.sites.keys.public_keys import check_public_key


def _check_name(name: str) -> str:
    if not name.isprintable():
        raise ValueError("use printable characters")
    return name


PublicKey = Annotated[str, Field(max_length=100), AfterValidator(check_public_key)]
KeyName = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_check_name)]
UNNAMED = "unnamed"


class NewSiteKey(RequestModel):
    name: KeyName
    """Whose, or which device's, the key is."""
    public_key_hex: PublicKey
    """Ed25519, 64 hexadecimal digits."""


class SiteKeyView(ResponseModel):
    id: UUID
    name: str
    public_key_hex: str
    """Also the `keyid` of its signatures."""
    created_by: str | None
    """Username of whoever let it in; null when that user is gone."""
    created_at: datetime
    last_used_at: datetime | None
    """To the minute."""
    last_scheme: SignatureScheme | None
    """By which scheme it signed then."""


class SiteKeyList(ResponseModel):
    keys: tuple[SiteKeyView, ...]


class NewCode(RequestModel):
    name: KeyName = UNNAMED
    """What the key is called that is registered with the code, unless it brings a name."""


class MadeCode(ResponseModel):
    code: Annotated[str, Field(repr=False)]
    """Lets one key in, once. It is told in this answer and never again."""
    site: str
    expires_in: int
    """Seconds."""


class RegisterQuery(RequestModel):
    force: bool = False
    """Put the key in the place of what is there: of all the site's keys for a user of the site, of the key that signed
    this request otherwise."""


class RegisterKey(RequestModel):
    site_id: Annotated[str, Field(max_length=100)]
    """Name of the site."""
    public_key_hex: PublicKey
    name: KeyName | None = None
    """Whose, or which device's, the key is."""
    code: Annotated[str | None, Field(max_length=200, repr=False)] = None
    """A one-time code. `Authorization: Bearer` takes it as well."""


class RegisteredKey(ResponseModel):
    status: Literal["ok"] = "ok"
    """For clients of the older API, as is the message."""
    message: Literal["Public key registered"] = "Public key registered"
    id: UUID
    site_id: str
    name: str
    public_key_hex: str
    """Also the `keyid` of its signatures."""
    schemes: tuple[SignatureScheme, ...]
    """How requests for this site's numbers may be signed."""
    replaced: int
    """How many other keys were revoked by it."""
