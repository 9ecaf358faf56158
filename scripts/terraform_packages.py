"""The packages that schema bundles are made of, with their hashes, and the notice beside the bundles."""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.dialects.terraform.bundles import ProviderMeta

PACKAGES: Mapping[str, str] = {
    "cdktn-provider-archive==14.0.1": (
        "sha512-WFnPnKBqPmyiseqDNo+4V0aTVpU7skG6xWj0ea4J40JTRq2nP0ckjZsdYMthKHQ0bsOBrI3btsJMgziSIW0Abw=="
    ),
    "@cdktf/provider-aws@19.65.1": (
        "sha512-pUvO9fYAgyc4MreWOZWkzz/lalxOvIAS2YEvBjIadJVqCUEiNN5EDWu5ofBp9Y1k+ncHzl3K6oPgBeYQYJz5kw=="
    ),
    "@cdktn/provider-aws@25.7.0": (
        "sha512-E/nhu0yVZE4mXMgIPuI8tEFt1BExLkA7ARjihdG+/HmfDfzLr+OEF3dkFRvI6glRt30lrrBWQLwXqCJBxcmyUg=="
    ),
    "@cdktf/provider-azuread@12.6.1": (
        "sha512-Lqi+LPSWNKHo3xBeg45Kl+Rxz6dnBzXWX2rRaYS5vZVKqoXTjiC6kQL25BlyYvXtTBMUW6VPukCCSmu+Uvlsww=="
    ),
    "cdktn-provider-azuread==17.1.0": (
        "sha512-YP/r7SQ0lYt2BPHBx5WtBzyJl1xPWgXWLGYJmuf1NT3RJD8nfTRtQc12PvMcj34rkKMaUXa1K6tBJQ9O3AcOIg=="
    ),
    "@cdktf/provider-azurerm@12.27.0": (
        "sha512-EJh0CS9qXQV3xt6CVFuuSMmADfYnJWBGzL+klabkazJHZ5tCnvfG6ThDXn2i6qyWvS24nURTeTMxOH/66W36Yw=="
    ),
    "@cdktn/provider-azurerm@16.1.0": (
        "sha512-ArrHLoh/ebmY2yymKIxh2wL4HWqgvrK4EOVDfbOnNW8/qKA6/+EjIMBTacfA9C2tUq5zgBoNzImIZyqOiT/JYg=="
    ),
    "cdktn-provider-azurerm==18.9.0": (
        "sha512-BADQ10hzD/pnrcfpJ+J48CBJ9psYm36TnAn7sPv+evUG3BJC6fOUlwWTpD2LDky9306WxjQY7yBj92rRfXDi/Q=="
    ),
    "@cdktf/provider-cloudflare@11.30.0": (
        "sha512-5i3LSaHROsBZsHL5KkfzZ0aM6e8gB6ZNN5eTD4V7OdPNYZEXpz+Bvm2NrC7uz/SQ4yJuz4TCdtc0VHLiQSZ6UQ=="
    ),
    "cdktn-provider-cloudflare==16.4.0": (
        "sha512-n76KqnMP2uv7Bfc31UllR7GvTHvt1TZx8Lbe2ta7DzCkcDny9mTyo9UzvgwMPCm3A1f+dOdgNUMHsxlZYrz88g=="
    ),
    "cdktn-provider-cloudinit==14.0.1": (
        "sha512-ta2MHZn650GxeL40rKmpmf7/ugzLImJGKQDyW8F6uCnJTyVYo79mrjTr/xPmWuto1YlwoTqgJDeycfVVmyv1vQ=="
    ),
    "cdktn-provider-datadog==16.1.1": (
        "sha512-VlyChhH7jBUcYjsh7TN6+gJRWx4oQ1uBucXNdqXccSKg+c8hese4Di7HkeFwxBOOIn3KVKqGzkv3G+Da4ROAAw=="
    ),
    "@cdktf/provider-docker@12.0.3": (
        "sha512-WLy+XkmJ/RizRVcOOvDSwaeKM1zIwXBI00Q45ah0BHM5ztQkb2Z1mvq+BslhoL3W1vCzMilykA8K5nfuYQcOFA=="
    ),
    "cdktn-provider-docker==16.1.0": (
        "sha512-CO8rhs2hnOGYfGyaEaX+DeaIp3+kYQDVrWHbUCqjt81uMQw+f7OqVKVNFbRP6LqBpGs/UXkrNebj8DCvJvFoPQ=="
    ),
    "cdktn-provider-external==14.0.2": (
        "sha512-cCjFNI8gjlfh1CcmW52n4LGiHJ7M/rvWtEUAp4H3enOvc2nuoVXqrFF4/4OStDbUGFLylCIBOHROj6fQ1jsjDA=="
    ),
    "cdktn-provider-github==18.0.0": (
        "sha512-LPOndAAV6DXTMIhaue98cb7YYlShh97Il28iWEWsS2k1HnT8NyMXKT8rKQxbqHEJTmx3L/I8XT08+kYypBRPlQ=="
    ),
    "@cdktf/provider-google@16.12.1": (
        "sha512-KqNA/5RiFT07r0PSZ6/07cJ2zESUgbj1JchVj21iBFBZVUbD+578xA/k8eq/r0cbyEgLmg9eYWeVslaYah4DCQ=="
    ),
    "cdktn-provider-google==20.3.1": (
        "sha512-//k1uNMCQFZ5lAaRsAf6uzqpOIsr+wY1koMBaLa4rA1eVMfuOpbSc6dyxqLPVAToD6j5GISv2hJ+W+Ldc7PjBQ=="
    ),
    "cdktn-provider-google==21.1.0": (
        "sha512-iiy+vfRMAla26R4uAXDPMyo6ZyYagPZXXwX152gpObfEpD2YPt9wxhndRm8qManb0uSuIKQlIGK5NghH3qHB7w=="
    ),
    "@cdktf/provider-google-beta@16.12.1": (
        "sha512-ip0dXu0ZrsyMgcoGNfkJCYG8PFjNtfb2wkz4Sw7IU09rQMK/A6++SwkmFHl8wJ8KlwMvd2w4tNXfErIbWWWqag=="
    ),
    "cdktn-provider-google-beta==20.3.1": (
        "sha512-t81lW6yjRUYgx1B6zRNYq5+AXUiDcYKo6QsxyZfd+3ZtdpovURp8UP7EZLZC8z931i/7082SuzqKP6jQRE5V0Q=="
    ),
    "cdktn-provider-google-beta==21.1.0": (
        "sha512-1eQq8lj9saAYasu4W2tCFiVy1kj1yp8/boB/6cSNI5kJDXRyPuXP2RAbq1cr0oK7G0PCk/D1MUUQaIVWimP7WA=="
    ),
    "@cdktf/provider-helm@11.0.0": (
        "sha512-mILgxlLBrqPHADwJw5eHZUDgXWKEtci8A4BXGB+u1i//+6GZahuaN+frOS1eBeDMZ+HOSXWL1BgEXrY4Gbv36w=="
    ),
    "cdktn-provider-helm==15.1.0": (
        "sha512-zrhCu3eLxhEMPiPiz7qDb9NHPsWkx2ER6IBFI+7rKvjcrq3s/jGYHfEgNkfN8WD5W1cT/x1jSy98mz459L10iQ=="
    ),
    "cdktn-provider-http==13.0.2": (
        "sha512-5T0T7TgT5lZOIaND/ykEgN7l3QYoBvdH0fCo8+CwBHNTooQFRJnfV4oaptyOr3rPDufWjgrWEnnwzd8w/i1KAw=="
    ),
    "@cdktf/provider-kubernetes@12.1.1": (
        "sha512-faZ/zydCsDBYwXqq3douhxSf8KFJfTUixYDr5hg0uCA8FExRK3+w27JUrt6gAVHFBuOVsKthObdqtTmP3PzQSQ=="
    ),
    "cdktn-provider-kubernetes==17.1.0": (
        "sha512-BHnCbrQQyWbs+WgsgssbWVe8E/4o4AlBCLM4ISmsiwVkMJCvlYEZmD1J+Ul9qAzlSzDhr/HRERIvA7/eVLtpvg=="
    ),
    "cdktn-provider-local==14.0.1": (
        "sha512-QykjgVFy3sgtVfm5fqs2ocXGWCuW4ewfgfjwCjWMuv90ng+gPGq8myi893cZ1J++r8hlaHH8ZnTd3niCD8+REw=="
    ),
    "cdktn-provider-null==15.0.2": (
        "sha512-GMsZMlBUHmanbOLqNIXq+5efnw/pMij+yFRw0QJ1HNiIv6NJufdbyWnFyvqXOZZg4UJbI1uQScHmMB7KIxByCg=="
    ),
    "cdktn-provider-random==15.0.1": (
        "sha512-YxKZIUvxuq3SAz4DODBU1sX4nRlazqYkjLkpPtwp0IJrT2Yz/riKoKwD2iwDWxXdpeTFezn9E6StuWpQgIRq0A=="
    ),
    "cdktn-provider-time==14.0.2": (
        "sha512-o/ZH40FdoF9HJwr439XYWC5soio7U6TDYBSGHXWoxJ9EZFFar4wkWH8vB+sYXm5Uk2QYHBR33Ie8y2cVDMQh7g=="
    ),
    "cdktn-provider-tls==14.1.1": (
        "sha512-K5Sbx/KqwYx3vjlBGSFsytu9ye8BK8zlyCNqzLBJ+jH8L3zkp02/HDHsUNiyfvpQ5xMYd9We4HRqt4f7s/mhOw=="
    ),
    "cdktn-provider-vault==18.3.0": (
        "sha512-AX4cwtZQEmvjo5lf6Ih2euId4qRe5NxDztH46Z9SvYroAXyMovIqGFaTkv55k4wUQxXV+zmYjNy7Rf7klfliWQ=="
    ),
}

WITHOUT_TEXTS = frozenset(
    {
        "cdktn-provider-google==20.3.1",
        "cdktn-provider-google-beta==20.3.1",
        "@cdktf/provider-google@16.12.1",
        "@cdktf/provider-google-beta@16.12.1",
        "@cdktn/provider-azurerm@16.1.0",
        "@cdktf/provider-azurerm@12.27.0",
        "@cdktf/provider-azuread@12.6.1",
        "@cdktf/provider-cloudflare@11.30.0",
        "@cdktf/provider-docker@12.0.3",
        "@cdktf/provider-helm@11.0.0",
        "@cdktf/provider-kubernetes@12.1.1",
    }
)
"""Former versions, whose bundles leave out what the documentation says, to be small."""

_NOTICE = """\
Schemas of Terraform providers
==============================

The files *.bundle in this folder, and words.txt, are derived from the provider schemas that these packages carry in
their sources:

{bundles}

Copyright (c) HashiCorp, Inc. and the authors of the providers and packages. Licensed under the Mozilla Public License
2.0 (see LICENSE in this folder; it holds for these files alone). scripts/build_terraform_schemas.py makes them; it is
the form in which they are changed. The original sources are at

{sources}
"""


def notice(metas: Mapping[str, ProviderMeta]) -> str:
    """The notice for bundles, by their file names."""
    width = max(map(len, metas), default=0)
    lines = [f"  {name:{width}}  {m.provider} {m.version}, from {_origin(m.origin)}" for name, m in metas.items()]
    sources = {f"  https://github.com/{_repository(m.source)}" for m in metas.values()}
    packages = {f"  https://github.com/{_packages(m)}" for m in metas.values()}
    return _NOTICE.format(bundles="\n".join(lines), sources="\n".join([*sorted(packages), *sorted(sources)]))


def _origin(origin: str) -> str:
    kind, _, package = origin.partition(":")
    name, _, number = package.replace("==", "@").rpartition("@")
    return f"the {'PyPI' if kind == 'pypi' else 'npm'} package {name} {number}"


def _packages(meta: ProviderMeta) -> str:
    made_by = "cdktf/cdktf" if "@cdktf/" in meta.origin else "cdktn-io/cdktn"
    return f"{made_by}-provider-{meta.provider}"


def _repository(source: str) -> str:
    _, namespace, name = source.split("/")
    return f"{namespace}/terraform-provider-{name}"
