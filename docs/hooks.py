"""Pages of the site that live outside docs/, with links that hold both on the site and in the repository."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = (
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "recordings/README.md",
    "bk_realtime/vocoder/learnt/weights/learnt.md",
)


def on_files(files: Files, config: Any) -> Files:
    """Add the pages outside docs/ under their paths in the repository."""
    for name in OUTSIDE:
        files.append(File.generated(config, name, content=(ROOT / name).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links between docs/ and the root of the repository: on the site both are one folder."""
    if page.file.src_uri in OUTSIDE:
        return re.sub(r"\]\((?:\.\./)*docs/", "](" + "../" * page.file.src_uri.count("/"), markdown)
    return markdown.replace("](../", "](") if "/" not in page.file.src_uri else markdown
