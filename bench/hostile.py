"""What hostile files take, and what is said of them: python bench/hostile.py [NAME...]

The files are those of tests/hostile_files.py, read as `coopgraph import` reads them under the
default limits, without a store. The peak is that of the process that reads.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from hostile_files import FILES

READ = """import sys
from pathlib import Path
from coopgraph.errors import CoopgraphError
from coopgraph.importers import Ledger, importer
from coopgraph.importers.process import ReadImport
kind, path = sys.argv[1:]
try:
    with ReadImport(importer(kind), [Path(path)], None) as reader:
        for _ in reader.texts(Path(path).parent, Ledger(), lambda _: None):
            pass
    print("read")
except CoopgraphError as error:
    print(error.fact)
"""

MAKE = """import sys
from pathlib import Path
from hostile_files import FILES
content = FILES[Path(sys.argv[1]).name].make()
Path(sys.argv[1]).write_bytes(content.encode() if isinstance(content, str) else content)
"""
environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

with tempfile.TemporaryDirectory() as folder:
    print("| file | kB | s | peak MiB | what is said |\n|---|---:|---:|---:|---|")
    for name in sys.argv[1:] or FILES:
        path = Path(folder, name)
        subprocess.run([sys.executable, "-c", MAKE, path], env=environment, check=True)
        started = time.monotonic()
        command = [sys.executable, "-c", READ, FILES[name].kind, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            said = running.stdout.read().strip()[:90]
            _, _, usage = os.wait4(running.pid, 0)  # with the process that it has waited for
            running.returncode = 0
        took = time.monotonic() - started
        size = path.stat().st_size / 1000
        print(
            f"| {name} | {size:,.0f} | {took:.1f} | {usage.ru_maxrss >> 10:,} | {said} |",
            flush=True,
        )
