"""Secrets of each kind are known by their looks, and names, digests and identifiers are not taken for one."""

from __future__ import annotations

import base64
import random
import re
import string

import pytest

from lsp_server.models.redaction import Redaction
from lsp_server.models.secret_shapes import random_looking

ALNUM = string.ascii_letters + string.digits
HEX, UPPER = "0123456789abcdef", string.ascii_uppercase + string.digits

# What stands before and behind the part that is drawn, how long that is, and of which characters.
KINDS = """
AKIA|16|U|
ASIA|16|U|
|40|+|
ghp_|36|A|
github_pat_|70|A|
glpat-|20|A|
GR1348941|20|A|
xoxb-123456789012-|24|A|
xapp-1-A1234-|64|H|
https://hooks.slack.com/services/T0001/B0001/|24|A|
https://discord.com/api/webhooks/123456789012345678/|68|A|
https://acme.webhook.office.com/webhookb2/|60|H|
sk_live_|24|A|
rk_test_|24|A|
whsec_|32|A|
sq0csp-|43|A|
sk-ant-api03-|93|A|
sk-proj-|48|A|
AIza|35|A|
GOCSPX-|28|A|
ya29.|60|A|
npm_|36|A|
pypi-AgEIcHlwaS5vcmc|70|A|
dckr_pat_|27|A|
SG.abcdefghijklmnopqrstuv.|43|A|
SK|32|H|
key-|32|H|
|32|H|-us12
1234567890:AA|33|A|
hvs.|24|A|
abcdefghij1234.atlasv1.|64|A|
eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.|43|A|
AccountName=x;AccountKey=|86|+|==
https://x.blob.core.windows.net/c?sv=2022&sig=|43|A|%3D
Ab18Q~|34|A|
dop_v1_|64|H|
shpat_|32|H|
NRAK-|27|U|
HRKU-AA|58|A|
glsa_|32|A|_12345678
sntrys_|60|A|
dapi|32|H|
hf_|34|A|
lin_api_|40|A|
dp.pt.|43|A|
AKC|64|A|
AGE-SECRET-KEY-1|58|U|
https://|32|H|@o1.ingest.sentry.io/1
https://bob:|14|A|@example.com/x
redis://:|16|A|@cache:6379
Authorization: Bearer |40|A|
Authorization: Basic |24|A|==
|64|H|
""".strip().splitlines()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ['value = "{}"', "Value: {}", "# see {} for it", "  run -x {} y"])
def test_a_secret_of_an_issuer(kind: str, form: str) -> None:
    before, size, letters, behind = kind.split("|")
    drawn = random.Random(kind)
    alphabet = {"A": ALNUM, "U": UPPER, "H": HEX, "+": ALNUM + "+/"}[letters]
    secret = "".join(drawn.choice(alphabet) for _ in range(int(size)))
    text = form.format(before + secret + behind)
    redaction = Redaction()
    hidden = redaction.hide(text)
    assert not [at for at in range(len(secret) - 5) if secret[at : at + 6] in hidden]
    assert redaction.restore(hidden) == text


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
        "policy/AmazonEC2ContainerRegistryReadOnly",
        "image = repo/app@sha256:" + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        'source_code_hash = "' + base64.b64encode(bytes(range(7, 39))).decode() + '"',
        'thumbprint_list = ["' + "9e99a48a9960b14926bb7f3b02e22da2b0ab7280" + '"]',
        "git::https://example.com/vpc.git?ref=" + "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "aws_cognito_user_pool_client.client_credentials_for_the_backend_v2",
        "https://registry.example.com:5000/team/app",
        "MyVeryLongLogicalIdOfAnElasticLoadBalancerV2TargetGroup01",
        "my-bucket-for-logs-of-2024-in-eu-west-1-of-account-a",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "subnet-0a1b2c3d4e5f67890",
        "The password has to have 8 to 41 characters.",
        "TokenValidity: 30",
    ],
)
def test_what_is_none(text: str) -> None:
    assert Redaction().hide(text) == text


def test_what_is_random_is_told_from_words_by_far() -> None:
    drawn = random.Random(7)
    keys = ["".join(drawn.choice(ALNUM + "+/") for _ in range(40)) for _ in range(500)]
    assert sum(map(random_looking, keys)) >= 490
    names = [re.sub(r"\W", "", text.title()) + "V2Of2024" for text in (__doc__ or "").split(",")]
    assert not any(map(random_looking, names))


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("# the password is hunter2", "hunter2"),
        ("a database with password 'blue sky'", ""),
        ("eine Datenbank, das Passwort lautet Geheim!23", "Geheim!23"),
        ("パスワードは Himitsu9!", "Himitsu9!"),
        ("an RDS instance, password: s3cret-one, encrypted", "s3cret-one"),
        ("rotate the secret every day", ""),
        ("a user pool with a token that is valid for 5 hours", ""),
    ],
)
def test_a_password_in_a_sentence(said: str, secret: str) -> None:
    hidden = Redaction().hide(said)
    assert (secret not in hidden) if secret else (hidden == said)
