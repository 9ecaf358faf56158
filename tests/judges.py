"""The outside programs that judge, for tests: on the PATH, or where `make judges` puts them."""

import os
import shutil
from pathlib import Path

BUILT = Path(__file__).parents[1] / ".judges"


def find_judge(name: str) -> str | None:
    """The program, or None where this machine has none."""
    return shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), str(BUILT))))
