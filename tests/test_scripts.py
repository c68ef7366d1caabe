"""The modules that a page is told to fetch at once are those that its script imports."""

from pathlib import Path

from app.scripts import imported
from app.settings import ROOT

STATIC = ROOT / "static"


def test_all_that_is_imported_is_found_once(tmp_path: Path) -> None:
    (tmp_path / "views").mkdir()
    (tmp_path / "a.js").write_text(
        'import { b } from "./views/b.js";\nimport "./c.js";\nconst x = "./no.js";\n'
    )
    (tmp_path / "views" / "b.js").write_text(
        'export * from "../c.js";\nimport {\n  d,\n} from "./d.js";\n'
    )
    (tmp_path / "c.js").write_text('/** @typedef {import("./typed.js").T} T */\nimport "./a.js";\n')
    assert imported(tmp_path, "a.js") == ("views/b.js", "c.js", "views/d.js")


def test_every_module_of_a_page_is_there() -> None:
    for name in ("network", "lab", "build", "home"):
        found = imported(STATIC, f"js/pages/{name}.js")
        assert len(found) > 20
        assert all((STATIC / module).is_file() for module in found)
