"""deploy/config.example.yml is complete, has the defaults and loads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from common.config import Settings, load_settings

EXAMPLE = Path(__file__).parents[2] / "deploy" / "config.example.yml"

LEFT_OUT = {"web_dir"}
"""Its default depends on the location of the code, so the example has it as a comment."""


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting's dotted key with its default, as YAML would give it."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from leaves(field.annotation, f"{prefix}{name}.")
        else:
            default = field.default
            yield prefix + name, str(default) if isinstance(default, Path) else default


def value_at(values: Any, key: str) -> Any:
    for part in key.split("."):
        values = values[part]
    return tuple(values) if isinstance(values, list) else values


def test_the_example_loads_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYUNIQVISIT_CONFIG", raising=False)
    assert load_settings(EXAMPLE) == Settings()


@pytest.mark.parametrize(("key", "default"), [leaf for leaf in leaves(Settings) if leaf[0] not in LEFT_OUT])
def test_the_example_names_the_key_with_its_default(key: str, default: Any) -> None:
    assert value_at(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")), key) == default


@pytest.mark.parametrize("key", sorted(LEFT_OUT))
def test_the_example_mentions_what_it_leaves_out(key: str) -> None:
    assert f"# {key}: " in EXAMPLE.read_text(encoding="utf-8")
