"""Secrets planted everywhere are hidden, nothing else is, and the answer gets them back."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.models.redaction import Redaction
from lsp_server.models.secrets import called_secret

FILES = sorted((Path(__file__).parent / "secrets").iterdir())
PLANTED = re.compile("«(.*?)»", re.DOTALL)


def planted(path):
    marked = path.read_text(encoding="utf-8").replace("¦", "")
    return marked, PLANTED.sub(r"\1", marked), PLANTED.findall(marked)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_planted_secret_is_hidden_and_nothing_else(path):
    marked, text, secrets = planted(path)
    redaction = Redaction()
    hidden = redaction.hide(text)
    assert [secret for secret in secrets if secret in hidden] == []
    assert re.sub(r"LINTEL-SECRET-\d+", "«»", hidden) == PLANTED.sub("«»", marked)
    assert redaction.restore(hidden) == text


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_line_endings_do_not_matter(path):
    _, text, secrets = planted(path)
    hidden = Redaction().hide(text.replace("\n", "\r\n"))
    assert [s for s in secrets if "\n" not in s and s in hidden] == []


def test_a_secret_learned_in_one_text_is_hidden_in_all_others():
    redaction = Redaction()
    redaction.learn("MasterUserPassword: hunter2hunter2\n")
    assert redaction.hide("'hunter2hunter2' is too short") == "'LINTEL-SECRET-1' is too short"


def test_a_variable_that_is_said_to_be_sensitive_is_one_in_another_file():
    assert "s3cr3t" not in Redaction(names=["colour"]).hide('colour = "s3cr3t"\nshape = "round"')


def test_equal_secrets_have_equal_stand_ins_and_made_up_ones_are_found():
    redaction = Redaction()
    assert redaction.hide('a_password = "same-one"\nb_password = "same-one"').count("LINTEL-SECRET-1") == 2
    assert redaction.unknown("LINTEL-SECRET-1 LINTEL-SECRET-7") == ("LINTEL-SECRET-7",)


@pytest.mark.parametrize("secret", ["SECRET", "LINTEL", "abc", "LINTEL-SECRET-1"])
def test_a_secret_that_looks_like_a_stand_in(secret):
    text = f'password = "{secret}"\nother_password = "something-else"\n'
    redaction = Redaction()
    assert redaction.restore(redaction.hide(text)) == text


@pytest.mark.parametrize(
    "name",
    ["MasterUserPassword", "api_key", "DB-PASSWORD", "clientSecret", "SecretString", "psk", "PGPASSWORD", "dbpass"],
)
def test_names_of_secrets(name):
    assert called_secret(name)


@pytest.mark.parametrize(
    "name", ["PasswordLength", "KmsKeyId", "SecretArn", "key", "Monkey", "TokenValidity", "author", "bypass", "Compass"]
)
def test_names_of_what_is_none(name):
    assert not called_secret(name)


_LINES = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.builds("{}: {}".format, st.sampled_from(["Password", "x", "api_key"]), st.text(max_size=12)),
        st.builds('{} = "{}"'.format, st.sampled_from(["password", "name"]), st.text(max_size=12)),
        st.just("LINTEL-SECRET-1"),
    ),
    max_size=8,
)


@given(_LINES)
def test_what_is_hidden_comes_back_as_it_was(lines):
    text = "\n".join(lines)
    redaction = Redaction()
    assert redaction.restore(redaction.hide(text)) == text


@pytest.mark.parametrize("piece", ["a", '"', "password: \n", "{ a: ", "eyJaaaaaaaa.", "Ab1/", "http://a:"])
def test_a_large_text_of_any_kind_takes_no_time_that_grows_with_its_square(piece):
    text = piece * (200_000 // len(piece))
    redaction = Redaction()
    assert redaction.restore(redaction.hide(text)) == text
