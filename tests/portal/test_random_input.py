"""Random input to every address of the portal: never a server error, and what is stored stays readable."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from mock_portal.app import create_app
from mock_portal.sample import sample_agency
from mock_portal.second_step import SECOND_STEPS
from mock_portal.server import running
from tests.portal.person import ROUND, Person

TOKEN = "the token of the session"
CARD = f"{ROUND}/cards/1.1"
READ_BACK = (CARD, f"{CARD}/edit", ROUND, f"{ROUND}/summary", f"{ROUND}/print", "/audit", "/__test__/state")
NAMES = (
    "csrf_token result score performance supporting_factors obstacles suggestions evidence_list evidence"
    " declaration remark username password next otp captcha account"
).split()
FIELDS, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
CHARSETS = [f"{PARTS}; charset={name}" for name in "utf-16 utf-7 unicode_escape punycode hex none".split()]
KINDS = [
    *(FIELDS, PARTS, *CHARSETS, "multipart/form-data", "multipart/form-data; boundary=", PARTS + "b" * 300),
    *("", "text/plain", "application/json", "x/y; \xff"),
]
SUGGESTIVE = (
    "N/A NaN -0 1e999 999999999999999.1234 0x10 ๑๒ ٣ 5.0000 -1 1,000 1 on % %00 %zz officer assessor"
    " rehearse-2570 a.pdf ../../x.pdf //example.org /2570/9m <script> \\ud800 \ufeff \u0e4d\u0e32 a\x1b[0m"
).split()
SUGGESTIVE += ["", "\x00", "\ud800", "\r\n", "' OR 1=1 --", '"; filename="x.pdf', TOKEN]
HERE = Path(__file__).parent
with TemporaryDirectory() as nowhere:
    ROUTES = create_app(Path(nowhere), sample_agency()).routes
# As often as not what an address is for: a POST where it takes one.
ADDRESSES = [
    (method, route.path)
    for route in ROUTES
    if isinstance(route, Route) and "__test__" not in route.path
    for method in ("POST" if "POST" in route.methods else "GET",) * 5 + ("PUT", "OPTIONS", "HEAD")
]
LOGIN = [(method, path) for method in ("POST", "GET") for path in ("/login", "/login/otp", "/login/thaid")]
SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

long = st.builds(
    str.__mul__, st.sampled_from(["9", "ก", "😀", "\n", "\r"]), st.sampled_from([24, 400, 2001, 4001])
)
short = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(SUGGESTIVE)
texts = short | long
names = st.sampled_from(NAMES) | texts
header_texts = st.text(
    st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), max_size=30
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts
    | st.sampled_from(["9m", "1.1", "slow", "drop"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from("round indicator fields faults seed kind path".split()) | names, inner, max_size=4
        )
    ),
    max_leaves=8,
)


def encoded(text):
    return text.encode("utf-8", "surrogatepass")


def percent(text):
    return quote_from_bytes(encoded(text), safe="")


@dataclass(frozen=True)
class Asked:
    """One request of somebody."""

    who: str
    method: str
    path: str
    kind: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@st.composite
def fields(draw):
    """Names and values as a form has them, mostly from a page of this session."""
    token = draw(
        st.sampled_from([[("csrf_token", TOKEN)]] * 7 + [[], [("csrf_token", "\ud800")], [(TOKEN, "")]])
    )
    return token + draw(st.lists(st.tuples(names, texts), max_size=7))


@st.composite
def multipart(draw):
    lines = b""
    for name, value in draw(fields()):
        file = None if value == TOKEN else draw(st.none() | texts)
        said = encoded(name) if file is None else encoded(f'{name}"; filename="{file}')
        kind = draw(
            st.sampled_from([b"", b"Content-Type: application/pdf\r\n", b"X: \xff\r\n", b"nonsense\r\n"])
        )
        lines += b'--b\r\nContent-Disposition: form-data; name="' + said + b'"\r\n' + kind + b"\r\n"
        lines += encoded(value) + b"\r\n"
    return lines + b"--b--\r\n"


@st.composite
def bodies(draw):
    kind = draw(st.sampled_from(["urlencoded", "multipart", "multipart", "broken", "anything"]))
    if kind == "urlencoded":
        return FIELDS, "&".join(f"{percent(n)}={percent(v)}" for n, v in draw(fields())).encode()
    if kind == "anything":
        return draw(st.sampled_from(KINDS)), draw(st.binary(max_size=200))
    whole = draw(multipart())
    if kind == "multipart":
        charset = draw(st.sampled_from([PARTS, PARTS, *CHARSETS]))
        return charset, whole
    at = draw(st.integers(0, len(whole)))
    kind = draw(st.sampled_from([PARTS, *KINDS]))
    return kind, whole[:at] + draw(st.binary(max_size=6)) + whole[at + draw(st.integers(0, 9)) :]


@st.composite
def requests(draw, addresses):
    method, path = draw(st.sampled_from(addresses))
    parts = {"{year}": ["2570"], "{round}": ["9m", "12m"], "{number}": ["1.1", "3.1"], "{id}": ["1"]}
    for name, usual in parts.items():
        if name in path:
            path = path.replace(name, draw(st.sampled_from(usual * 4) | short.map(percent)))
    if draw(st.booleans()):
        path += "?" + "&".join(
            f"{percent(n)}={percent(v)}" for n, v in draw(st.lists(st.tuples(short, short), max_size=3))
        )
        path += draw(
            st.sampled_from(["", "&page=9999999999999999999", "&page=-1", "&page=%ED%A0%80", "&next=//x"])
        )
    kind, body = draw(bodies())
    odd = draw(st.lists(st.tuples(st.sampled_from("referer origin accept range".split()), header_texts)))
    own = "assessor" if path.startswith("/assessor") else "officer"
    who = draw(st.sampled_from([own] * 6 + ["officer", "assessor", "nobody", "odd cookie"]))
    if who == "odd cookie":
        odd.append(
            ("cookie", draw(header_texts | st.sampled_from(["esar_session=\xe0\xb8; esar_session; =;;"])))
        )
    return Asked(who, method, path, kind, body, tuple(odd))


def spelt_in(charset, name, value):
    """A save of the officer in which one field is spelt in an odd character set."""
    parts = (("csrf_token", TOKEN), (name, value))
    lines = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts)
    return Asked(
        "officer", "POST", f"{CARD}/edit", f"{PARTS}; charset={charset}", f"{lines}--b--\r\n".encode()
    )


class Crowd:
    """An officer, an assessor and a stranger at one portal."""

    def __init__(self, url, signed_in):
        self.officer, self.assessor, self.stranger = Person(url), Person(url), Person(url)
        if signed_in:
            self.officer.sign_in().save(files=[("a.pdf", b"1")])
            self.assessor.sign_in("assessor", "assess-2570")

    def ask(self, asked):
        signed_in = {"officer": self.officer, "assessor": self.assessor}
        # nobody of those two is signed out: all that follows would be refused
        person = (
            self.stranger if asked.path.startswith("/logout") else signed_in.get(asked.who, self.stranger)
        )
        own = person.token().encode()
        body = asked.body.replace(percent(TOKEN).encode(), own).replace(TOKEN.encode(), own)
        headers = [
            (n.encode(), v.encode("latin-1")) for n, v in (("content-type", asked.kind), *asked.headers)
        ]
        return person.http.request(asked.method, asked.path, content=body, headers=headers)


@pytest.fixture(scope="module")
def meet(tmp_path_factory):
    """Starts portals that run for all examples of the module, and gives who stands before each."""
    portals = {}

    def crowd_at(step=None):
        if step not in portals:
            data = tmp_path_factory.mktemp("random")
            (data / "agreement.yaml").write_bytes((HERE / "agreement.yaml").read_bytes())
            server = running(create_app(data / "state", data, test_api=True, second_step=step))
            portals[step] = server, Crowd(server.__enter__(), signed_in=step is None)
        return portals[step][1]

    yield crowd_at
    for server, crowd in portals.values():
        for person in (crowd.officer, crowd.assessor, crowd.stranger):
            person.http.close()
        server.__exit__(None, None, None)


@example(asked=spelt_in("unicode_escape", "performance", r"\ud800"))
@example(asked=spelt_in("unicode_escape", r"\ud800", ""))
@example(asked=spelt_in("punycode", "performance", "ก_"))
@given(asked=requests(ADDRESSES))
@settings(SETTINGS, max_examples=150)
def test_no_request_breaks_the_portal_or_what_it_holds(meet, asked):
    crowd = meet()
    answer = crowd.ask(asked)
    event(f"{answer.status_code // 100}xx")
    assert answer.status_code < 500, answer.text
    if answer.status_code in {200, 303} and asked.method == "POST":
        for path in READ_BACK:
            assert crowd.officer.get(path).status_code == 200, path


@pytest.mark.parametrize("step", SECOND_STEPS)
@given(asked=requests(LOGIN))
@settings(SETTINGS, max_examples=30)
def test_no_request_breaks_the_second_step(meet, step, asked):
    assert meet(step).ask(replace(asked, who="nobody")).status_code < 500


@given(asked=requests([("POST", "/__test__/edit"), ("POST", "/__test__/faults")]), content=JSON)
@settings(SETTINGS, max_examples=40)
def test_no_request_breaks_the_test_interface(meet, asked, content):
    crowd = meet()
    assert crowd.ask(replace(asked, body=json.dumps(content).encode())).status_code < 500
    assert crowd.officer.http.delete("/__test__/faults").status_code == 204


@pytest.mark.parametrize("host", [b"", b"[", b"a:b:c", b"\xff", b"x" * 5000, b"/@:"])
@pytest.mark.parametrize("path", ["/", "//[", "/login?next=//[", "/2570/9m"])
def test_no_host_name_breaks_the_portal(meet, host, path):
    answer = meet().officer.http.get(path.replace("//[", "/%2F["), headers=[(b"host", host)])
    assert answer.status_code < 500
