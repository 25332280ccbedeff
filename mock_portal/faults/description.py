"""Faults in words: `status method=POST path=/submit$ status=502 when=after`, or the same as an object."""

import shlex
from collections.abc import Mapping

from pydantic import ValidationError

from mock_portal.faults import answers, files, network, shown, state, stored
from mock_portal.faults.fault import Fault

KINDS: dict[str, type[Fault]] = {
    kind.kind: kind
    for kind in (*network.KINDS, *answers.KINDS, *state.KINDS, *shown.KINDS, *stored.KINDS, *files.KINDS)
}


class FaultError(ValueError):
    """A description that says nothing; the text names the word, and what is allowed in its place."""


def read_fault(description: object) -> Fault:
    """The fault that a line of words, or an object with `kind` and the keys, describes.

    Raises:
        FaultError: a word is not known, or its value makes no sense.
    """
    if isinstance(description, str):
        kind, keys = _words(description)
    elif isinstance(description, Mapping):
        keys = {str(key): value for key, value in description.items()}
        kind = str(keys.pop("kind", ""))
    else:
        msg = f"{description!r} is no description: write 'KIND key=value …' or an object with \"kind\""
        raise FaultError(msg)
    if kind not in KINDS:
        msg = f"{kind!r} is no kind of fault; allowed: {', '.join(KINDS)}"
        raise FaultError(msg)
    try:
        return KINDS[kind].model_validate(keys)
    except ValidationError as error:
        raise FaultError(_first_problem(kind, error)) from error


def in_words(fault: Fault) -> dict[str, object]:
    """The fault as an object: its kind and the keys that were given."""
    return {"kind": fault.kind, **fault.model_dump(mode="json", exclude_unset=True, by_alias=True)}


def _words(line: str) -> tuple[str, dict[str, object]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""  # a pattern keeps its backslashes
    try:
        kind, *words = list(lexer) or [""]
    except ValueError as error:
        msg = f"{line!r}: {str(error).lower()}"
        raise FaultError(msg) from error
    keys: dict[str, object] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            msg = f"{kind}: {word!r} is no key=value"
            raise FaultError(msg)
        if key in keys:
            msg = f"{kind}: {key} stands there twice"
            raise FaultError(msg)
        keys[key] = value
    return kind, keys


def _first_problem(kind: str, error: ValidationError) -> str:
    problem = error.errors()[0]
    key = str(problem["loc"][0]) if problem["loc"] else ""
    if problem["type"] == "extra_forbidden":
        names = (field.alias or name for name, field in KINDS[kind].model_fields.items())
        return f"{kind}: {key!r} is no key of it; allowed: {', '.join(names)}"
    if problem["type"] == "missing":
        return f"{kind}: {key}=… is needed"
    said = problem["msg"].removeprefix("Value error, ")
    return f"{kind}: {key}={problem['input']}: {said[0].lower()}{said[1:]}"
