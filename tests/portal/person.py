"""A person at the portal, over plain HTTP: reads pages, carries the CSRF token, posts forms."""

import re
from html import unescape
from html.parser import HTMLParser

import httpx

ROUND = "/2570/9m"
FULL = {"result": "87.43", "score": "3.9720", "performance": "ดำเนินการตามแผน"}
VOID = {"input", "br", "img", "link", "meta"}


class _Elements(HTMLParser):
    """Collects (tag, attributes, text) of every element."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self.open = [], []

    def handle_starttag(self, tag, attrs):
        element = [tag, dict(attrs), ""]
        self.found.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for element in self.open:
            element[2] += data


def elements(page, **wanted):
    """Elements by attributes; underscores stand for hyphens."""
    parser = _Elements()
    parser.feed(page if isinstance(page, str) else page.text)
    names = {k.strip("_").replace("_", "-"): v for k, v in wanted.items()}
    return [e for e in parser.found if all(e[1].get(k) == v for k, v in names.items())]


def by_testid(page, name):
    return elements(page, data_testid=name)


def text(page, name):
    (element,) = by_testid(page, name)
    return " ".join(element[2].split())


def typed(page, name):
    """The value of a field as a browser would show it."""
    area = re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', page.text, re.DOTALL)
    if area:
        return unescape(area[1]).removeprefix("\n")
    (field,) = elements(page, name=name)
    return field[1]["value"]


class Person:
    def __init__(self, url):
        self.url = url
        self.csrf = None
        self.http = httpx.Client(base_url=url, timeout=30)

    def get(self, path, **options):
        return self.http.get(path, **options)

    def token(self, path="/"):
        page = self.http.get(path, follow_redirects=True)
        return elements(page, name="csrf_token")[0][1]["value"]

    def post(self, path, data=None, files=None, token=None):
        if token is None:
            token = self.csrf = self.csrf or self.token()
        return self.http.post(path, data={"csrf_token": token, **(data or {})}, files=files)

    def try_password(self, username, password, next_=""):
        data = {"username": username, "password": password, "next": next_}
        return self.post("/login", data, token=self.token("/login"))

    def sign_in(self, username="officer", password="rehearse-2570"):
        answer = self.try_password(username, password)
        assert answer.status_code == 303, answer.text
        self.csrf = None
        return self

    def save(self, number="1.1", files=(), where=ROUND, **fields):
        parts = [("evidence", (name, content)) for name, content in files]
        # A browser always posts the file input, and as multipart.
        parts = parts or [("evidence", ("", b""))]
        return self.post(f"{where}/cards/{number}/edit", fields, parts)

    def fill(self, where=ROUND, files=(), skip=()):
        for row in by_testid(self.get(where), "indicator-row"):
            if row[1]["data-indicator"] not in skip:
                assert self.save(row[1]["data-indicator"], files, where, **FULL).status_code == 303

    def submit(self, where=ROUND):
        return self.post(f"{where}/submit", {"declaration": "1"})

    def state(self):
        return self.get("/__test__/state").json()

    def card(self, number="1.1", round_="9m"):
        return self.state()["rounds"][round_]["cards"][number]

    def switch_on(self, *faults, seed=0):
        """Put these faults in place of those that are switched on."""
        body = {"seed": seed, "faults": list(faults)}
        return self.http.post("/__test__/faults", json=body).raise_for_status().json()

    def met(self):
        """Which requests met a fault, in order: (kind, method, path)."""
        return [(m["kind"], m["method"], m["path"]) for m in self.get("/__test__/faults").json()["met"]]

    def audit(self):
        """The audit log's lines, newest first: (who, what, where, detail)."""
        rows = re.findall(r'data-testid="audit-row".*?</tr>', self.get("/audit").text)
        return [tuple(unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)[1:]) for row in rows]
