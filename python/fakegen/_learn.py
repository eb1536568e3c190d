"""Models of one's own tables, by the program `trainer`."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from typing import IO, Any, Iterable, Iterator, List, Optional, Sequence, Union

from ._generator import Generator
from ._library import FakegenError
from ._written import write_frame

_STEP = re.compile(r"training \d+ %  step (\d+) of (\d+)(?:  (held-out loss [\d.]+ nats))?")
# What a terminal is told to begin a line anew.
_CLEAR = "\x1b[K"

_NO_TRAINER = """\
fakegen.learn needs the program trainer, found none: it is not part of this package. In a checkout of
fakegen, scripts/setup installs what it needs, and
  swift build -c release --product trainer
makes .build/release/trainer. Put that on PATH, or name it in the environment variable
FAKEGEN_TRAINER. Rows of a model that is there already need no trainer."""

Path = Union[str, "os.PathLike[str]"]


class Model:
    """A learned model: the file `path` for `fakegen --model` and `Generator`, the page `page` that
    says how good its rows are, the message `message` that says what the columns were taken for, and
    `summary`, what the trainer printed."""

    def __init__(self, prefix: Path, summary: str, kind: str = "pandas", folder: Any = None):
        """Describes the model of the files whose names begin with `prefix`."""
        self.path = pathlib.Path(f"{os.fspath(prefix)}.fakegen")
        self.page = pathlib.Path(f"{os.fspath(prefix)}.html")
        self.message = pathlib.Path(f"{os.fspath(prefix)}.proto")
        self.summary = summary
        self._kind = kind
        self._generator = Generator(self.path)
        # A temporary folder lives as long as the model does.
        self._folder = folder

    def generator(self, seed: int = 1) -> Generator:
        """Returns a generator of the model's rows."""
        generator = self._generator.copy()
        generator.seed = seed
        return generator

    def sample(
        self,
        count: int,
        seed: int = 1,
        start: int = 0,
        to: Optional[str] = None,
        exact_decimals: bool = False,
        threads: Optional[int] = None,
    ) -> Any:
        """Returns `count` rows from number `start` on as a data frame: of the library whose frame
        was learned, of pandas for files, or of the one that `to` names; see `Generator.frame`."""
        return self.generator(seed).frame(count, start, to or self._kind, exact_decimals, threads)

    def save(self, prefix: Path) -> Model:
        """Copies the three files to `prefix`.fakegen, .html and .proto, in place of any there, and
        returns the model of these."""
        copy = [pathlib.Path(f"{os.fspath(prefix)}{path.suffix}") for path in self._files]
        for path, target in zip(self._files, copy):
            # Whole or not at all.
            part = target.with_name(target.name + ".part")
            shutil.copyfile(path, part)
            os.replace(part, target)
        return Model(prefix, self.summary, self._kind)

    @property
    def _files(self) -> Sequence[pathlib.Path]:
        return self.path, self.page, self.message

    def __repr__(self) -> str:
        return f"<fakegen.Model {str(self.path)!r}: {', '.join(self._generator.names)}>"


def learn(
    data: Any,
    output: Optional[Path] = None,
    *,
    time: Optional[str] = None,
    size: Optional[str] = None,
    keys: Iterable[str] = (),
    exclude: Iterable[str] = (),
    seed: int = 1,
    threads: Optional[int] = None,
    overwrite: bool = False,
    resume: bool = False,
    options: Iterable[str] = (),
    progress: bool = True,
) -> Model:
    """Learns a table, by `trainer learn`, and returns the model of it.

    - `data`: a data frame of pandas or polars, or the path of a file that the trainer reads (CSV,
      JSON Lines), or a list of such paths.
    - `output`: what the names of the three files begin with. Without it they lie in a temporary
      folder that goes away with the model; `Model.save` keeps them.
    - `time`: for training, as in "90s", "5m" or "1h"; without it the table decides.
    - `size`: small, medium or large.
    - `keys`: columns whose values tell rows apart: they are made, not learned.
    - `exclude`: columns to leave out.
    - `overwrite`, `resume`: as in the trainer's options.
    - `options`: other options of the trainer, as they are on its command line.
    - `progress`: whether to show how far training is: a bar if tqdm is installed, the trainer's own
      lines if not.

    The program is the one that the environment variable FAKEGEN_TRAINER names, or `trainer` on
    PATH. Raises FakegenError with its message if there is none or if it fails. An interrupted run
    with an `output` is saved, and goes on with `resume`.
    """
    trainer = os.environ.get("FAKEGEN_TRAINER") or shutil.which("trainer")
    if trainer is None:
        raise FakegenError(_NO_TRAINER)
    folder = tempfile.TemporaryDirectory(prefix="fakegen-")
    kind = "pandas"
    if hasattr(data, "write_csv") or hasattr(data, "to_csv"):
        kind = "polars" if hasattr(data, "write_csv") else "pandas"
        # Beginning as files do that the trainer makes of this name.
        files: List[str] = [os.path.join(folder.name, "table.csv")]
        write_frame(data, files[0])
    else:
        paths = [data] if isinstance(data, (str, os.PathLike)) else list(data)
        files = [os.fspath(path) for path in paths]
    prefix = os.path.join(folder.name, "table") if output is None else os.fspath(output)
    arguments = ["--output", prefix, "--seed", str(seed)]
    for option, value in (("--time", time), ("--size", size), ("--threads", threads)):
        if value is not None:
            arguments += [option, str(value)]
    for option, values in (("--key", keys), ("--exclude", exclude)):
        for value in [values] if isinstance(values, str) else values:
            arguments.append(f"{option}={value}")
    arguments += ["--overwrite"] * overwrite + ["--resume"] * resume + list(options)
    try:
        summary = _run([trainer, "learn", *arguments, "--", *files], progress)
    except BaseException:
        folder.cleanup()
        raise
    if output is not None:
        folder.cleanup()
        return Model(prefix, summary, kind)
    # The model needs no rows.
    pathlib.Path(folder.name, "table.csv").unlink(missing_ok=True)
    return Model(prefix, summary, kind, folder)


def _run(command: List[str], shows: bool) -> str:
    """Runs the trainer and shows its progress. Returns what it printed."""
    bar = _Bar() if shows else None
    # To a terminal the trainer tells its progress twice a second.
    reader, writer = os.openpty() if bar and bar.kind else os.pipe()
    messages: List[str] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output, open(reader, "rb", buffering=0) as errors:
        try:
            # In a session of its own a terminal's Ctrl-C does not reach it, or it would be told twice,
            # which ends it at once.
            process = subprocess.Popen(
                command, stdout=output, stderr=writer, start_new_session=True
            )
        except OSError as error:
            raise FakegenError(f"{command[0]}: {error.strerror}\n{_NO_TRAINER}") from None
        finally:
            os.close(writer)
        try:
            for line in _lines(errors):
                if not _STEP.match(line):
                    messages.append(line)
                if bar:
                    bar.show(line)
            status = process.wait()
        except BaseException:
            # What it has so far is saved.
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
        finally:
            if bar:
                bar.close()
        output.seek(0)
        printed = output.read()
    if status:
        told = "\n".join(messages[-20:])
        raise FakegenError(f"trainer learn: exit status {status}: {told}")
    return printed


def _lines(errors: IO[bytes]) -> Iterator[str]:
    """The lines that come, without what is for terminals only."""
    rest = b""
    while True:
        try:
            part = errors.read(1 << 16)
        except OSError:
            # The end of a pseudoterminal whose program has ended.
            part = b""
        lines = re.split(rb"[\r\n]+", rest + part)
        rest = lines.pop() if part else b""
        for line in lines:
            text = line.decode(errors="replace").replace(_CLEAR, "")
            if text:
                yield text
        if not part:
            return


class _Bar:
    """A progress bar if tqdm is installed, else the lines as they come."""

    def __init__(self) -> None:
        try:
            from tqdm.auto import tqdm

            self.kind: Any = tqdm
        except ImportError:
            self.kind = None
        self._bar: Any = None

    def show(self, line: str) -> None:
        step = _STEP.match(line)
        if self.kind is None:
            print(line, file=sys.stderr, flush=True)
        elif step is None:
            self.kind.write(line, file=sys.stderr)
        else:
            if self._bar is None:
                self._bar = self.kind(total=int(step[2]), desc="learning", unit="step")
            self._bar.total = int(step[2])
            self._bar.update(int(step[1]) - self._bar.n)
            if step[3]:
                self._bar.set_postfix_str(step[3])

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
