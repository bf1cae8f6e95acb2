"""The settings of a site, declared once.

Columns of statements, the API's schemas, the list for collectors and the options of the command line follow from
``SiteSettings``. A new setting needs a field here, its column in the schema, and a control in the dashboard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints

from common.bots import BotPolicy
from common.identity import IdentityMode, PrivacySignal


class SignatureScheme(StrEnum):
    """How a request for a site's numbers may be signed. Both are Ed25519."""

    LEGACY = "legacy"
    """`X-Timestamp` and `X-Signature` over `{site_id}:{timestamp}`: neither covers the query nor prevents replay."""
    RFC9421 = "rfc9421"
    """HTTP Message Signatures over method, path and query, good for one request."""


@dataclass(frozen=True, slots=True)
class About:
    """Facts about a setting that its type does not give."""

    help: str
    """Help text of its option on the command line."""
    option: str = ""
    """Its option on the command line. Default: its name."""
    metavar: str | None = None
    column: str = ""
    """Its column in the table ``sites``. Default: its name."""
    is_changeable: bool = True
    is_initial: bool = True
    """Whether a site can be created with it. Otherwise only an update sets it."""
    defines_numbers: bool = False
    """Whether numbers depend on it: imports report a different value."""


def _about(help_text: str, **more: Any) -> Mapping[str, About]:
    return {"about": About(help_text, **more)}


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What a site is made with. The caller has checked the values."""

    name: str = field(metadata=_about("", is_changeable=False))
    url: str = field(metadata=_about("URL of its pages.", metavar="URL"))
    timezone: str = field(
        default="UTC",
        metadata=_about("Time zone of its days, like Europe/London.", metavar="ZONE", defines_numbers=True),
    )
    origins: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            "Allowed origin of its pages, `*` for any; repeatable.  [default: origin of its URL]",
            option="--origin",
            metavar="URL",
        ),
    )
    """Whose pages may send; none means any."""
    identity: IdentityMode = field(
        default=IdentityMode.COOKIE, metadata=_about("How visitors are identified.", defines_numbers=True)
    )
    privacy_signal: PrivacySignal = field(
        default=PrivacySignal.HONOR,
        metadata=_about("How to handle visitors who send GPC or Do Not Track.", defines_numbers=True),
    )
    bot_policy: BotPolicy = field(
        default=BotPolicy.SEPARATE,
        metadata=_about("Whether to filter bots or to count them as visitors.", defines_numbers=True),
    )
    public: bool = field(
        default=False,
        metadata=_about("Make its reports public or private.", option="--public/--private", column="is_public"),
    )
    retention_days: int | None = field(
        default=None,
        metadata=_about("Delete visits older than this; 0 keeps all.", metavar="DAYS", defines_numbers=True),
    )
    """None: nothing is deleted."""
    signature_schemes: tuple[SignatureScheme, ...] = field(
        default=tuple(SignatureScheme),
        metadata=_about(
            "Allowed signature scheme of paired devices; repeatable.", option="--signed-by", is_initial=False
        ),
    )


ABOUT: Mapping[str, About] = MappingProxyType({each.name: each.metadata["about"] for each in fields(SiteSettings)})
TYPES: Mapping[str, Any] = MappingProxyType(get_type_hints(SiteSettings))
COLUMNS: Mapping[str, str] = MappingProxyType({name: about.column or name for name, about in ABOUT.items()})
"""The column of each setting."""
NUMBERS_DEPEND_ON = tuple(name for name, about in ABOUT.items() if about.defines_numbers)


def settings_from_row(row: Any, names: Sequence[str] = tuple(ABOUT)) -> dict[str, Any]:
    """Return the settings in a row of ``sites``, in their types."""
    return {name: _typed(TYPES[name], row[COLUMNS[name]]) for name in names}


def choices_of(name: str) -> list[str]:
    """Return the values that a setting can have, or each of its values where it has several; empty: any."""
    kind = _item(TYPES[name]) or TYPES[name]
    return [each.value for each in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []


def has_several(name: str) -> bool:
    """Return whether the setting is a list."""
    return _item(TYPES[name]) is not None


def _typed(kind: Any, value: Any) -> Any:
    if (item := _item(kind)) is not None:
        return tuple(item(each) for each in value)
    return kind(value) if isinstance(kind, type) and value is not None else value


def _item(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is tuple else None


SQL_FRAGMENTS: Mapping[str, str] = MappingProxyType(
    {
        "site_columns": ", ".join(("id", *COLUMNS.values(), "created_at")),
        "setting_columns": ", ".join(COLUMNS.values()),
        "setting_values": ", ".join(f":{name}" for name in COLUMNS),
    }
)
