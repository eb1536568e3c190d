"""Puts the C library into the wheel, and says by the wheel's tag for which machines it is."""

import os
import pathlib
import re
import subprocess
import sysconfig

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The oldest glibc that a tag names for each processor.
OLDEST = {"x86_64": (2, 5), "aarch64": (2, 17)}


class LibraryHook(BuildHookInterface):
    """Takes the library of the environment variable FAKEGEN_LIBRARY, or builds it."""

    def initialize(self, version, build_data):
        library = os.environ.get("FAKEGEN_LIBRARY")
        if library is None:
            subprocess.run([ROOT / "scripts/builds/c-library"], check=True)
            library = ROOT / ".build/c/libfakegen.so.1"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform(pathlib.Path(library))}"
        build_data["force_include"][str(library)] = f"fakegen/{pathlib.Path(library).name}"


def platform(library):
    """The platform's tag, by the processor and the versions of glibc that the library names."""
    found = subprocess.run(
        ["readelf", "--file-header", "--version-info", library],
        check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"},
    ).stdout  # fmt: skip
    machine = re.search(r"Machine: +(.*)", found)[1]
    processor = {"Advanced Micro Devices X86-64": "x86_64", "AArch64": "aarch64"}.get(machine)
    if processor is None:
        return sysconfig.get_platform().replace("-", "_").replace(".", "_")
    versions = re.findall(r"GLIBC_(\d+)\.(\d+)", found)
    if not versions:
        return f"linux_{processor}"
    newest = max(OLDEST[processor], *((int(major), int(minor)) for major, minor in versions))
    # pip's names for the sets of libraries that systems have.
    newest = max(newest, (2, 17))
    return f"manylinux_{newest[0]}_{newest[1]}_{processor}"
