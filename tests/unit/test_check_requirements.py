"""The check that deploy/requirements*.txt match poetry.lock."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECK = runpy.run_path(str(ROOT / ".ci" / "check_requirements.py"))

LOCK = {
    "package": [
        {
            "name": "Some_Package",
            "version": "1.2",
            "optional": False,
            "groups": ["main"],
            "files": [{"file": "a.whl", "hash": "sha256:aa"}, {"file": "a.tar.gz", "hash": "sha256:bb"}],
        }
    ]
}
EXPORT = 'some-package[extra]==1.2 ; python_version >= "3.11" \\\n    --hash=sha256:bb \\\n    --hash=sha256:aa\n'


def differences(export: str) -> list[str]:
    return list(CHECK["differences"]("r.txt", CHECK["exported"](export), CHECK["locked"](LOCK, {"main"})))


def test_requirements_of_project_match_lock_file() -> None:
    assert list(CHECK["problems"](ROOT)) == []


def test_matching_export_has_no_differences() -> None:
    assert differences(EXPORT) == []


def test_every_kind_of_difference_is_reported() -> None:
    assert differences("") == ["r.txt: some-package is missing"]
    assert differences(EXPORT.replace("1.2", "1.3")) == ["r.txt: some-package is 1.3, poetry.lock has 1.2"]
    assert differences(EXPORT.replace("sha256:aa", "sha256:cc")) == [
        "r.txt: the hashes of some-package are not those of poetry.lock"
    ]
    assert differences(EXPORT + "other==1\n") == ["r.txt: other is not in poetry.lock for these groups"]
    assert differences(EXPORT + "--extra-index-url https://example.com\n") != []


def test_unlocked_dependency_is_reported() -> None:
    project = {"project": {"dependencies": ["new-one (>=1)"]}, "tool": {"poetry": {"group": {}}}}
    assert list(CHECK["unlocked"](project, LOCK)) == ["poetry.lock: new-one of group main is missing"]
