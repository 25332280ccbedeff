import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from esar_bot.text import arabic_digits, canonical, unix_newlines
from tests.thai_text import seen_texts, shown, spelt, two_that_differ

THAI = [chr(code) for code in range(0x0E01, 0x0E5C) if chr(code).isprintable() or code == 0x0E33]
TONES = "่้๊๋"
INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"]
OTHERS = [" ", "\u00a0", "\n", "\r", "a", "1", "“", "²", "ﬁ", "\u0301", "\u0323"]
texts = st.text(st.sampled_from([*THAI, *INVISIBLE, *OTHERS]))


@given(seen_texts, st.data())
def test_a_text_is_one_in_all_spellings_that_a_reader_cannot_tell_apart(pieces, data):
    assert canonical(data.draw(spelt(pieces))) == canonical(data.draw(spelt(pieces))) == shown(pieces)


@given(two_that_differ(), st.data())
def test_one_visible_mark_makes_another_text_in_every_spelling(two, data):
    one, other = two
    assert canonical(data.draw(spelt(one))) != canonical(data.draw(spelt(other)))


@given(st.one_of(texts, st.text()))
@example("\u0301\u0e33\u0e48")  # the tone mark is moved past an accent
def test_a_canonical_form_is_in_nfc(text):
    assert unicodedata.is_normalized("NFC", canonical(text))
    assert canonical(unicodedata.normalize("NFC", text)) == canonical(text)
    assert canonical(unicodedata.normalize("NFD", text)) == canonical(text)


@given(st.one_of(texts, st.text()))
def test_canonical_form_of_a_canonical_form_is_itself(text):
    assert canonical(canonical(text)) == canonical(text)


@given(texts)
def test_every_tone_mark_vowel_and_letter_is_kept(text):
    kept = canonical(text.replace("\u0e33", "\u0e4d\u0e32")).replace("\u0e33", "\u0e4d\u0e32")
    assert sorted(c for c in kept if c in THAI) == sorted(
        c for c in text.replace("\u0e33", "\u0e4d\u0e32") if c in THAI
    )


@given(texts, st.sampled_from(["", *TONES]), texts)
def test_both_ways_of_writing_sara_am_are_equal(before, tone, after):
    split = f"{before}น\u0e4d{tone}\u0e32{after}"
    joined = f"{before}น{tone}\u0e33{after}"
    assert canonical(split) == canonical(joined)


@pytest.mark.parametrize(
    "written",
    ["น้ำ", "น\u0e49\u0e4d\u0e32", "น\u0e4d\u0e49\u0e32", "น\u0e33\u0e49", "น้\u200bำ"],
)
def test_water_is_one_word_however_it_is_typed(written):
    assert canonical(written) == "น\u0e49\u0e33"


def test_several_tone_marks_after_sara_am_are_all_moved():
    assert canonical("น\u0e33\u0e48\u0e49") == "น\u0e48\u0e49\u0e33"


@pytest.mark.parametrize(
    ("one", "other"), [("นา", "น่า"), ("น้ำ", "นำ"), ("ก ข", "กข"), ("แ", "เเ"), ("²", "2")]
)
def test_what_a_reader_can_tell_apart_stays_different(one, other):
    assert canonical(one) != canonical(other)


@given(texts)
def test_compatibility_forms_are_never_folded(text):
    assert canonical(f"{text}ﬁ²").endswith("ﬁ²")


def test_nfc_orders_marks_that_look_alike():
    assert (
        canonical("ก\u0e48\u0e38")
        == canonical("ก\u0e38\u0e48")
        == unicodedata.normalize("NFC", "ก\u0e48\u0e38")
    )


def test_line_ends_and_spaces_around_a_text_do_not_count():
    assert canonical("  หนึ่ง \t\r\nสอง\r\n\n") == "หนึ่ง\nสอง"
    assert canonical("หนึ่ง\u00a0สอง") == "หนึ่ง สอง"
    assert canonical("หนึ่ง\r\u200b\nสอง") == "หนึ่ง\nสอง"
    assert unix_newlines("a\r\nb\rc\n") == "a\nb\nc\n"


def test_thai_digits():
    assert arabic_digits("พ.ศ. ๒๕๗๐ ข้อ 1") == "พ.ศ. 2570 ข้อ 1"
