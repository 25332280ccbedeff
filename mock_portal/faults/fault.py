"""What every fault has in common: which requests it concerns, and how often it strikes."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from mock_portal.card_form import load_card_form

When = Literal["before", "after"]
FORM = re.compile(r"/cards/[^/]+/edit$")


def _capitals(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Method = Annotated[Literal["GET", "POST"] | None, BeforeValidator(_capitals)]


def _known_field(name: str) -> str:
    names = load_card_form().names
    if name not in names:
        msg = f"no field of the card's form; allowed: {', '.join(names)}"
        raise ValueError(msg)
    return name


FieldName = Annotated[str, AfterValidator(_known_field)]


class Fault(BaseModel):
    """One fault as described. Its occasions are the requests of `method` whose path `path` is found in.

    The first `skip` occasions pass; of the others it strikes at most `count` (0: all), with `probability`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[str]

    method: Method = None
    path: re.Pattern[str] = re.compile("")
    count: int = Field(1, ge=0)
    skip: int = Field(0, ge=0)
    probability: float = Field(1, ge=0, le=1)

    def matches(self, method: str, path: str) -> bool:
        """Whether such a request is an occasion for it."""
        return self.method in {None, method} and self.path.search(path) is not None
