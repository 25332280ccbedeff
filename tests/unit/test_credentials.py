"""Where the account comes from, in which order, and that nothing ever waits or tells."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from typing import ClassVar

import keyring
import pytest
import structlog
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from esar_bot import credentials, redact
from esar_bot.credentials import (
    PASSWORD,
    USERNAME,
    Account,
    Credentials,
    Keyring,
    KeyringUnusable,
    PromptingCredentials,
)
from esar_bot.errors import ExitCode, PersonNeeded
from esar_bot.log import configure_logs

ORIGIN = "https://esar.example.go.th:443"
SERVICE = f"esar-bot {ORIGIN}"
CANARY = "canary-ลับ-2570"


class MemoryKeyring(KeyringBackend):
    """A keyring that keeps its entries for one test."""

    priority: ClassVar[float] = 1

    def __init__(self):
        super().__init__()
        self.entries = {}

    def get_password(self, service, username):
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        self.entries[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.entries:
            raise PasswordDeleteError
        del self.entries[service, username]

    def store(self, username="officer", password=CANARY):
        self.entries = {(SERVICE, "username"): username, (SERVICE, "password"): password}


class HangingKeyring(MemoryKeyring):
    """A keyring that waits for somebody to unlock it."""

    def __init__(self):
        super().__init__()
        self.unlocked = threading.Event()
        self.waited = []

    def get_password(self, service, username):
        self.waited.append(threading.current_thread())
        self.unlocked.wait(60)

    def set_password(self, service, username, password):
        self.get_password(service, username)


class FailingKeyring(MemoryKeyring):
    """A keyring that fails, and says more than it should."""

    def get_password(self, service, username):
        raise KeyringLocked("Failed to unlock the collection!")

    def set_password(self, service, username, password):
        raise RuntimeError(f"cannot store {username}={password!r}")


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.delenv(USERNAME, raising=False)
    monkeypatch.delenv(PASSWORD, raising=False)
    monkeypatch.setattr(redact, "_secrets", set())
    yield
    structlog.reset_defaults()


@pytest.fixture
def use_keyring(monkeypatch):
    """Installs a keyring backend for the test."""
    before = keyring.get_keyring()

    def use(backend):
        keyring.set_keyring(backend)
        return backend

    yield use
    keyring.set_keyring(before)


@pytest.fixture
def hanging(use_keyring, monkeypatch):
    monkeypatch.setattr(credentials, "KEYRING_SECONDS", 0.2)
    backend = use_keyring(HangingKeyring())
    yield backend
    backend.unlocked.set()
    for thread in backend.waited:
        thread.join(5)


def no_prompt(_label, _hidden):
    raise AssertionError("nobody may be asked")


def from_environment(monkeypatch, username="env-officer", password=CANARY):
    monkeypatch.setenv(USERNAME, username)
    monkeypatch.setenv(PASSWORD, password)


def test_the_environment_comes_first(monkeypatch, use_keyring):
    use_keyring(MemoryKeyring()).store("stored")
    from_environment(monkeypatch)
    account = PromptingCredentials(ORIGIN, no_prompt).resolve()
    assert (account.username, account.password, account.source) == ("env-officer", CANARY, "environment")


def test_with_the_environment_the_keyring_is_not_even_opened(monkeypatch, hanging):
    from_environment(monkeypatch)
    Credentials(ORIGIN).resolve()
    assert hanging.waited == []


@pytest.mark.parametrize("missing", [USERNAME, PASSWORD])
@pytest.mark.parametrize("value", [None, ""])
def test_half_an_environment_is_none(monkeypatch, use_keyring, missing, value):
    use_keyring(MemoryKeyring()).store()
    from_environment(monkeypatch)
    monkeypatch.delenv(missing) if value is None else monkeypatch.setenv(missing, value)
    assert Credentials(ORIGIN).resolve().source == "keyring"


def test_the_keyring_comes_before_the_prompt(use_keyring):
    use_keyring(MemoryKeyring()).store()
    account = PromptingCredentials(ORIGIN, no_prompt).resolve()
    assert (account.username, account.password, account.source) == ("officer", CANARY, "keyring")


def test_a_person_is_asked_last_and_the_password_is_hidden(use_keyring):
    use_keyring(MemoryKeyring())
    asked = []

    def prompt(label, hidden):
        asked.append((ORIGIN in label, hidden))
        return CANARY if hidden else "typed"

    account = PromptingCredentials(ORIGIN, prompt).resolve()
    assert (account.username, account.password, account.source) == ("typed", CANARY, "prompt")
    assert asked == [(True, False), (False, True)]


@pytest.mark.parametrize("backend", [MemoryKeyring, NoBackend, FailingKeyring])
def test_without_a_terminal_nobody_is_asked(use_keyring, backend):
    use_keyring(backend())
    with pytest.raises(PersonNeeded) as caught:
        Credentials(ORIGIN).resolve()
    assert caught.value.exit_code == ExitCode.PERSON_NEEDED
    assert all(name in caught.value.next_step for name in (USERNAME, PASSWORD, "credentials set"))


def test_half_an_entry_in_the_keyring_is_none(use_keyring):
    backend = use_keyring(MemoryKeyring())
    backend.entries = {(SERVICE, "username"): "officer"}
    assert Keyring(ORIGIN).read() is None


def test_an_account_is_kept_for_its_own_origin(use_keyring):
    use_keyring(MemoryKeyring())
    Keyring(ORIGIN).write("officer", CANARY)
    assert Keyring(ORIGIN).read() == Account("officer", CANARY, "keyring")
    assert Keyring("https://elsewhere.example:443").read() is None


def test_deleting_says_whether_there_was_one(use_keyring):
    backend = use_keyring(MemoryKeyring())
    assert Keyring(ORIGIN).delete() is False
    backend.store()
    assert Keyring(ORIGIN).delete() is True
    assert backend.entries == {}
    backend.entries = {(SERVICE, "password"): CANARY}
    assert Keyring(ORIGIN).delete() is True


def test_a_keyring_that_hangs_is_given_up(hanging):
    started = time.monotonic()
    with pytest.raises(PersonNeeded):
        Credentials(ORIGIN).resolve()
    assert time.monotonic() - started < 3
    (thread,) = hanging.waited
    assert thread.daemon, "it may hang on without keeping the program from ending"


def test_a_hanging_keyring_leads_to_the_prompt_where_there_is_one(hanging):
    account = PromptingCredentials(ORIGIN, lambda _label, hidden: CANARY if hidden else "typed").resolve()
    assert account.source == "prompt"


@pytest.mark.parametrize(
    "call", [Keyring.read, Keyring.delete, lambda stored: stored.write("officer", CANARY)]
)
def test_every_call_of_the_keyring_is_bounded(hanging, call):
    with pytest.raises(KeyringUnusable) as caught:
        call(Keyring(ORIGIN))
    assert caught.value.exit_code == ExitCode.PERSON_NEEDED
    assert USERNAME in caught.value.next_step


def test_the_bound_is_three_seconds():
    assert credentials.KEYRING_SECONDS == 3


def test_a_keyring_that_does_not_load_is_unusable(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(KeyringUnusable, match="keyring"):
        Keyring(ORIGIN).read()
    with pytest.raises(PersonNeeded):
        Credentials(ORIGIN).resolve()


def test_a_failing_keyring_says_why(use_keyring):
    use_keyring(FailingKeyring())
    with pytest.raises(KeyringUnusable, match=r"KeyringLocked: Failed to unlock"):
        Keyring(ORIGIN).read()


def test_a_failing_keyring_does_not_tell_what_was_to_be_stored(use_keyring):
    use_keyring(FailingKeyring())
    with pytest.raises(KeyringUnusable) as caught:
        Keyring(ORIGIN).write("officer", CANARY)
    told = "".join(traceback.format_exception(caught.value))
    assert "cannot store" in told
    assert CANARY not in told
    assert CANARY not in repr(caught.value) + str(caught.value)


@pytest.mark.parametrize("source", ["environment", "keyring", "prompt"])
def test_a_password_is_in_no_representation_and_no_log(monkeypatch, use_keyring, capsys, source):
    configure_logs("json", "debug")
    backend = use_keyring(MemoryKeyring())
    if source == "environment":
        from_environment(monkeypatch)
    elif source == "keyring":
        backend.store()
    account = PromptingCredentials(ORIGIN, lambda _label, hidden: CANARY if hidden else "typed").resolve()
    assert account.source == source
    assert CANARY not in repr(account) + str(account) + f"{account}"
    captured = capsys.readouterr()
    assert f'"source": "{source}"' in captured.err
    assert CANARY not in captured.out + captured.err
    assert redact.redact(f"x{CANARY}y") == "x***y", "from now on it is masked wherever it turns up"


def test_a_keyring_that_is_not_used_is_logged_with_its_reason(use_keyring, capsys):
    configure_logs("json", "warning")
    use_keyring(NoBackend())
    with pytest.raises(PersonNeeded):
        Credentials(ORIGIN).resolve()
    assert "keyring not used" in capsys.readouterr().err
