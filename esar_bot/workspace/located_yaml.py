"""YAML whose every scalar is text and knows its line.

People's numbers must arrive as they were typed ("1.10" is no 1.1, 87.4300 keeps its zeros), so nothing is
resolved here: the models read the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from esar_bot.language import say

KeyPath = tuple[str | int, ...]
MOST_KEYS = 100_000  # far beyond any agreement; aliases of aliases pass it at once
NOTHING = {"", "~", "null"}


@dataclass(frozen=True)
class Fault:
    """A line that is not the YAML we read."""

    line: int
    what: str


@dataclass
class Located:
    """A document's plain data, and the line on which each of its keys and items stands."""

    data: object = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: KeyPath) -> int:
        """The line of a key path, or of its nearest parent that the file holds."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_located(path: Path) -> Located:
    """Read a file; what is wrong with it is in `faults`, never raised, so that all files can be read on."""
    located = Located()
    try:
        raw = path.read_bytes()
    except OSError as error:
        located.faults.append(Fault(1, say(f"เปิดแฟ้มไม่ได้: {error}", f"the file cannot be opened: {error}")))
        return located
    try:
        root = YAML(typ="safe", pure=True).compose(raw.decode("utf-8-sig"))
        located.data = None if root is None else _plain(root, (), located)
    except UnicodeDecodeError as error:
        located.faults.append(_not_utf8(raw[: error.start].count(b"\n") + 1))
    except YAMLError as error:
        located.faults.append(_not_yaml(error))
    except RecursionError:
        what = say(
            "แฟ้มนี้ซ้อนกันลึกเกินไปหรืออ้างถึงตัวเอง (& และ *)",
            "this file is nested too deeply, or refers to itself (& and *)",
        )
        located.faults.append(Fault(1, what))
    return located


def _not_utf8(line: int) -> Fault:
    what = say(
        "ไม่ใช่ข้อความ UTF-8 ให้บันทึกแฟ้มใหม่โดยเลือกการเข้ารหัส UTF-8",
        "this is not UTF-8 text; save the file again with the encoding UTF-8",
    )
    return Fault(line, what)


def _not_yaml(error: YAMLError) -> Fault:
    mark, problem = None, str(error)
    if isinstance(error, MarkedYAMLError):
        mark, problem = error.problem_mark or error.context_mark, error.problem or error.context or ""
    what = say(
        f"รูปแบบ YAML ไม่ถูกต้อง ตรวจการย่อหน้าและเครื่องหมาย : ({problem})",
        f"this is not valid YAML; look at the indentation and the colons ({problem})",
    )
    return Fault(mark.line + 1 if mark else 1, what)


def _plain(node: Node, path: KeyPath, located: Located) -> object:
    if len(located.lines) > MOST_KEYS:
        raise RecursionError
    located.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, ScalarNode):
        return None if node.style is None and node.value.lower() in NOTHING else node.value
    if isinstance(node, SequenceNode):
        return [_plain(item, (*path, index), located) for index, item in enumerate(node.value)]
    if isinstance(node, MappingNode):
        return _mapping(node, path, located)
    raise TypeError(node)


def _mapping(node: MappingNode, path: KeyPath, located: Located) -> Mapping[str, object]:
    data: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in data:
            what = say(
                f"มีหัวข้อ “{key}” ซ้ำในบรรทัดที่ {located.lines[*path, key]} ให้เหลือเพียงหนึ่ง",
                f"the key “{key}” stands already in line {located.lines[*path, key]}; keep one of them",
            )
            located.faults.append(Fault(line, what))
            continue
        located.lines[*path, key] = line
        data[key] = _plain(value_node, (*path, key), located)
    return data
