"""Profiles: read, refused with words, and never pointed at an unsafe address."""

from __future__ import annotations

from pathlib import Path

import pytest

from esar_bot.errors import UsageError
from flows.profile import Locate, bundled_profiles, load_profile, origin_of


def test_every_bundled_profile_loads():
    assert bundled_profiles() == ["mock"]
    for name in bundled_profiles():
        assert load_profile(name).name == name


@pytest.mark.parametrize(
    "url", ["http://esar.example.go.th", "ftp://127.0.0.1", "esar.example.go.th", "http://10.0.0.1"]
)
def test_plain_addresses_beyond_this_machine_are_refused(url):
    with pytest.raises(UsageError, match="https://"):
        load_profile("mock", base_url=url)


def test_hosts_are_as_safe_as_the_portal_itself(tmp_path: Path):
    text = (Path(__file__).parents[2] / "flows/profiles/mock.toml").read_text(encoding="utf-8")
    file = tmp_path / "own.toml"
    file.write_text(
        text.replace("rehearsal = true", 'hosts = ["http://sso.example.go.th"]'), encoding="utf-8"
    )
    with pytest.raises(UsageError, match=r"sso\.example\.go\.th.*https://"):
        load_profile("own.toml", beside=tmp_path)


@pytest.mark.parametrize("url", ["https://esar.example.go.th", "http://localhost:1", "http://[::1]:8365"])
def test_safe_addresses_are_taken(url):
    assert load_profile("mock", base_url=url).base_url == url


def test_an_unknown_profile_names_those_that_exist():
    with pytest.raises(UsageError) as caught:
        load_profile("nowhere")
    assert "mock" in caught.value.next_step


def test_a_misspelt_key_and_two_ways_to_find_one_element_are_both_named(tmp_path: Path):
    text = (Path(__file__).parents[2] / "flows/profiles/mock.toml").read_text(encoding="utf-8")
    text = text.replace("pages_at_once", "page_at_once").replace(
        'signed_in = { test_id = "signed-in" }', 'signed_in = { test_id = "signed-in", css = "header" }'
    )
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_profile("own.toml", beside=tmp_path)
    assert "page_at_once" in caught.value.what
    assert "login.signed_in" in caught.value.what


def test_origins_know_their_default_ports():
    assert origin_of("https://a.go.th/x") == origin_of("https://a.go.th:443/y")
    assert origin_of("https://a.go.th") != origin_of("http://a.go.th")


def test_a_locator_reads_as_words():
    assert str(Locate(role="button", name="บันทึกร่าง")) == "role “button”, name “บันทึกร่าง”"
