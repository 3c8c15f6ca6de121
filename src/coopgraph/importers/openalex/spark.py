"""Spark counts works: the same on many machines, for what outgrows one.

https://spark.apache.org/docs/4.0.0/. Every machine must see the files and the store's folder under
the same path.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from coopgraph import errors
from coopgraph.importers.openalex.engine import CHUNK, Engine, Options, Shape, first_line, tuples
from coopgraph.libraries import ibis

_JAVA: Final = 17
_PORT: Final = 7077
_CONNECT_S: Final = 5.0
#: Of a master that is this process: many small shuffles cost more than a few larger ones.
_LOCAL_PARTITIONS: Final = "8"


class Spark(Engine):
    """A session of its own, which keeps its tables in `scratch`."""

    def __init__(self, options: Options, scratch: Path) -> None:
        _check_java()
        _check_master(options.master)
        with errors.needs_extra("spark", "pyspark"):
            import ibis
            from pyspark.sql import SparkSession
        builder = SparkSession.builder.master(options.master).appName("coopgraph")
        settings = {
            "spark.ui.enabled": "false",
            "spark.driver.memory": f"{options.memory_mb}m",
            "spark.sql.warehouse.dir": str(scratch / "warehouse"),
            "spark.local.dir": str(scratch / "spill"),
            "spark.sql.session.timeZone": "UTC",
            "spark.log.level": "ERROR",
            "spark.ui.showConsoleProgress": "false",
        }
        if options.master.startswith("local"):  # nobody else needs to reach this driver
            settings |= {
                "spark.driver.bindAddress": "127.0.0.1",
                "spark.driver.host": "127.0.0.1",
                "spark.sql.shuffle.partitions": _LOCAL_PARTITIONS,
            }
        for name, value in settings.items():
            builder = builder.config(name, value)
        self._scratch = scratch
        try:
            self.session = builder.getOrCreate()
        except Exception as error:  # noqa: BLE001  whatever py4j or Java throws
            raise errors.EngineUnavailable(
                f"Spark does not start: {first_line(error)}",
                place=options.master,
                remedy="check the master and its workers",
            ) from None
        self._connection = ibis.pyspark.connect(self.session)

    def load(self, name: str, folder: Path, columns: dict[str, str], shape: Shape) -> ibis.Table:
        """See `Engine`."""
        from ibis.backends.pyspark.datatypes import PySparkSchema
        from pyspark.sql import functions

        schema = PySparkSchema.from_ibis(ibis.schema(columns))
        frame = self.session.read.schema(schema).json(sorted(map(str, folder.iterdir())))
        view = f"raw_{name}"
        frame.withColumn("filename", functions.input_file_name()).createOrReplaceTempView(view)
        return self.keep(name, shape(self._connection.table(view)))

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """See `Engine`."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            yield
        except (PySparkException, Py4JError) as error:
            text = str(error)
            if "No space left" in text:
                raise errors.FileUnwritable(
                    "the disk is full", remedy="make room on the disk"
                ) from None
            if "OutOfMemoryError" in text:
                raise errors.MemoryExceeded(
                    "Spark ran out of memory", remedy="give it more with --memory-mb"
                ) from None
            raise errors.InputUnreadable(
                f"Spark cannot go on: {first_line(error)}", remedy="download the files again"
            ) from None

    def stream(self, table: ibis.Table) -> Iterator[tuple[Any, ...]]:
        """Written by the workers, one file for each range of the order, and read back one after
        the other: the driver need not hold them."""
        from pyarrow.parquet import ParquetFile

        written = self._scratch / "streams"
        written.mkdir(exist_ok=True)
        folder = written / str(len(list(written.iterdir())))
        with self.errors():
            self.session.sql(self._connection.compile(table)).write.parquet(str(folder))
        for part in sorted(folder.glob("part-*")):
            with ParquetFile(part) as file:
                for batch in file.iter_batches(CHUNK):
                    yield from tuples(batch)

    def close(self) -> None:
        """See `Engine`."""
        self.session.stop()


def _check_java() -> None:
    """Raise `EngineUnavailable` where there is no Java, or one before 17."""
    remedy = "install Java 17, and let JAVA_HOME name it"
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else "java"
    try:
        said = subprocess.run(  # noqa: S603  a program of the user's own choice
            [program, "-version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise errors.EngineUnavailable(f"Java cannot be run: {error}", remedy=remedy) from None
    version = re.search(r'version "(?:1\.)?([0-9]+)', said.stderr + said.stdout)
    if version is None or int(version[1]) < _JAVA:
        found = version[1] if version else "none that says its version"
        raise errors.EngineUnavailable(f"Spark needs Java {_JAVA}; there is {found}", remedy=remedy)


def _check_master(master: str) -> None:
    """Raise `EndpointUnreachable` where a master of Spark's own does not answer: Spark itself would
    go on asking for minutes."""
    if not master.startswith("spark://"):
        return
    try:
        for place in master.removeprefix("spark://").split(","):
            address = urlsplit(f"spark://{place}")
            with socket.create_connection((address.hostname, address.port or _PORT), _CONNECT_S):
                return
    except (OSError, ValueError) as error:
        raise errors.EndpointUnreachable(
            f"the Spark master does not answer: {error}",
            place=master,
            remedy="start it, or take --master 'local[*]'",
        ) from None
