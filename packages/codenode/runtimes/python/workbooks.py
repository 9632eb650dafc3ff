"""Lets the packages that write Excel files do so without temporary files, which a run cannot make."""
from __future__ import annotations

import functools
import io
import sys
import zipfile


def write_in_memory() -> None:
    """In the zygote, after the packages."""
    if "openpyxl" in sys.modules:
        _change_openpyxl()
    if "xlsxwriter" in sys.modules:
        _change_xlsxwriter()


def _change_xlsxwriter() -> None:
    """It keeps its parts in memory when it is told to."""
    from xlsxwriter.workbook import Workbook

    make = Workbook.__init__

    @functools.wraps(make)
    def make_in_memory(self, filename=None, options=None) -> None:
        make(self, filename, {"in_memory": True, **(options or {})})

    Workbook.__init__ = make_in_memory


def _change_openpyxl() -> None:
    """It writes each sheet to a temporary file, then packs it."""
    from openpyxl.worksheet import _write_only, _writer
    from openpyxl.writer import excel

    class SheetWriter(_writer.WorksheetWriter):
        def __init__(self, ws: object, out: object = None) -> None:
            super().__init__(ws, io.BytesIO() if out is None else out)

        def cleanup(self) -> None:
            pass

    class Archive(zipfile.ZipFile):
        def write(self, filename, *args, **kwargs) -> None:
            if isinstance(filename, io.BytesIO):
                self.writestr(args[0], filename.getvalue())
            else:
                super().write(filename, *args, **kwargs)

    _writer.WorksheetWriter = _write_only.WorksheetWriter = excel.WorksheetWriter = SheetWriter
    excel.ZipFile = Archive
