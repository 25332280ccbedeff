"""A portal on a real socket for each test, and a person who uses it over HTTP."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mock_portal.app import create_app
from mock_portal.server import running
from tests.portal.person import Person

HERE = Path(__file__).parent


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.now = datetime(2027, 7, 20, 3, 4, 5, tzinfo=UTC)

    def __call__(self):
        return self.now

    def forward(self, **delta):
        self.now += timedelta(**delta)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "agreement.yaml").write_bytes((HERE / "agreement.yaml").read_bytes())
    return folder


@pytest.fixture
def make_app(tmp_path, workspace, clock):
    def make(**options):
        options = {"test_api": True, "clock": clock, **options}
        return create_app(tmp_path / "data", workspace, **options)

    return make


@pytest.fixture
def portal(make_app):
    with running(make_app()) as url:
        yield url


@pytest.fixture
def new_person():
    people = []

    def make(url):
        people.append(Person(url))
        return people[-1]

    yield make
    for person in people:
        person.http.close()


@pytest.fixture
def anybody(portal, new_person):
    return new_person(portal)


@pytest.fixture
def officer(portal, new_person):
    return new_person(portal).sign_in()


@pytest.fixture
def assessor(portal, new_person):
    return new_person(portal).sign_in("assessor", "assess-2570")


@pytest.fixture
def desk(page, portal):
    """An officer's browser; a script error fails the test."""
    broken = []
    page.on("pageerror", lambda error: broken.append(error))  # noqa: PLW0108  Playwright refuses a builtin
    page.goto(f"{portal}/login")
    page.get_by_label("ชื่อผู้ใช้").fill("officer")
    page.get_by_label("รหัสผ่าน").fill("rehearse-2570")
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page.get_by_test_id("signed-in")).to_be_visible()
    yield page
    assert not broken


@pytest.fixture(scope="session")
def base_url():
    """In place of the one of pytest-base-url, which newer pytest versions warn of."""
