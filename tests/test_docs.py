"""The documents say what is true: every setting is in both READMEs, and both READMEs say the same things."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.embedded import NAMES
from services.settings import Settings, find_deployments, load_settings

ROOT = Path(__file__).resolve().parent.parent
READMES = ["README.md", "README.ja.md"]
DOCUMENTS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))


def _rows(readme: str) -> dict[str, str]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\|", text, re.MULTILINE))


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_table_with_its_default(readme: str) -> None:
    rows = _rows(readme)
    assert set(rows) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        shown = rows[name.upper()]
        if isinstance(default, bool):
            assert shown == str(default).lower()
        elif isinstance(default, int | float):
            assert float(shown) == float(default)
        else:
            assert shown == str(default or "")


def test_both_readmes_have_the_same_parts() -> None:
    shapes = []
    for readme in READMES:
        text = (ROOT / readme).read_text(encoding="utf-8")
        parts = re.findall(r"^(#+ |```\w*|- \*\*|\| `)", text, re.MULTILINE)
        shapes.append((parts, sorted(re.findall(r"\]\(((?!README)[^)]+)\)", text.replace("-ja.png", "-en.png")))))
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("readme", [*READMES, "CONTRIBUTING.md", *DOCUMENTS])
def test_no_link_leads_nowhere(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)", text):
        assert ((ROOT / readme).parent / target).exists(), target


def test_every_variable_of_the_example_is_a_setting() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", text, re.MULTILINE))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_the_example_of_a_deployment_file_can_be_read(tmp_path: Path) -> None:
    text = (ROOT / "docs/deployments.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert example
    tomllib.loads(example[1])
    (tmp_path / "d.toml").write_text(example[1])
    settings = load_settings(_env_file=None, seseragi_deployments_file=tmp_path / "d.toml")
    first, second = find_deployments(settings, {"EAST_KEY": "k"})
    assert (first.title, second.reasoning) == ("Quick one", True)


def test_the_embedded_deployments_are_described() -> None:
    text = (ROOT / "docs/emulator.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in NAMES)
