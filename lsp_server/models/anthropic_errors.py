"""What went wrong with a request to Anthropic, in sentences a person understands."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsp_server.models.base import ModelError, ModelUnavailable

if TYPE_CHECKING:
    import anthropic


_CLOUDS = {"boto3", "botocore", "google"}  # packages that look for credentials


@contextlib.contextmanager
def translated(host: str, model: str) -> Iterator[None]:
    """Turn what the SDK raises for `model` at `host` into ModelError or ModelUnavailable; cancellation goes through."""
    import anthropic
    import httpx2

    try:
        yield
    except anthropic.APIStatusError as error:
        raise _of_status(error, host, model) from error
    except (TimeoutError, anthropic.APITimeoutError, httpx2.TimeoutException) as error:
        raise ModelError(f"{host} did not answer in time.", retry=True) from error
    except anthropic.APIConnectionError as error:
        cause = error.__cause__
        why = f" ({cause})" if cause is not None and str(cause) else ""
        raise ModelUnavailable(f"{host} cannot be reached{why}: check the network and the base URL.") from error
    except httpx2.HTTPError as error:
        raise ModelError(f"The connection to {host} broke off: {error}.", retry=True) from error
    except (anthropic.AnthropicError, ValueError) as error:
        raise ModelError(f"{host} sent something that is not a Messages API answer.") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] in _CLOUDS:
            raise ModelUnavailable(f"The cloud's credentials cannot be used: {error}") from error
        raise


def _of_status(error: anthropic.APIStatusError, host: str, model: str) -> ModelError:
    status = error.status_code
    said = f": {error.api_message}" if error.api_message else ""
    # An error in the middle of a stream has status 200; its type tells what it is.
    if status == 429 or error.type == "rate_limit_error":
        wait = error.response.headers.get("retry-after", "")  # seconds, or a date
        later = f"; it asks to wait {wait} s" if wait.isdecimal() else ""
        return ModelError(f"{host} takes no more requests for now (429){later}.", retry=True)
    if status == 529 or error.type == "overloaded_error":
        return ModelError(f"{host} is overloaded (529). Try again in a minute.", retry=True)
    hopeless = {
        401: f"{host} does not accept the API key (401){said}.",
        402: f"The account of this API key cannot pay for {model} (402){said}.",
        403: f"The API key may not use {model} at {host} (403){said}.",
        404: f"{host} does not know {model}, or is no Messages API (404){said}.",
    }
    if status in hopeless:
        return ModelUnavailable(hopeless[status])
    if status < 500 and status != 200:
        about = "output_config" if "output_config" in said or "output_format" in said else ""
        return ModelError(f"{host} refuses the request ({status}){said}.", about=about)
    return ModelError(f"{host} failed ({status}){said}.", retry=True)
