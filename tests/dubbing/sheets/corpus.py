"""Sheets as people and strangers give them, made by code; each with the verdict it gets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.dubbing.sheets.giving import saved, workbook_bytes

HEAD = "Title,Reference,Video link"
LINE = "Talk,007,https://media.example.org/1.mp4"
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Sheet:
    """`verdict`: the code it is refused with; or the texts of its second line's cells."""

    name: str
    data: Callable[[], bytes]
    verdict: str | list[str]


def text(*lines: str, end: str = "\r\n", encoding: str = "utf-8") -> bytes:
    return end.join([*lines, ""]).encode(encoding)


def book(fill: Callable[[Worksheet], object]) -> bytes:
    workbook = Workbook()
    workbook.active.append(["Title", "Reference", "Start"])
    fill(workbook.active)
    return saved(workbook)


def formatted(value: object, number_format: str) -> bytes:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Talk", value])
        sheet["B2"].number_format = number_format

    return book(fill)


def merged() -> bytes:
    def fill(sheet: Worksheet) -> None:
        for row in (["A", "r1"], [None, "r2"], ["B", "r3"]):
            sheet.append(row)
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B4:C4")

    return book(fill)


def hidden_sheet() -> bytes:
    workbook = Workbook()
    workbook.active.title, workbook.active.sheet_state = "Old", "hidden"
    workbook.active.append(["Nothing here"])
    shown = workbook.create_sheet("Shown")
    for row in (["Title", "Reference"], ["Talk", "r"]):
        shown.append(row)
    return saved(workbook)


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The same package with some of its parts replaced or added."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return buffer.getvalue()


def plain_book() -> bytes:
    return workbook_bytes([["Title", "Reference"], ["Talk", "r"]])


def package(names: list[str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as new:
        for name in names:
            new.writestr(name, b"<x/>")
    return buffer.getvalue()


def sheet_xml(cells: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
    ).encode()


def with_cells(cells: str) -> bytes:
    return repacked(plain_book(), {"xl/worksheets/sheet1.xml": sheet_xml(cells)})


HEADINGS_XML = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Title</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Reference</t></is></c></row>'
)
CACHED = (
    f'{HEADINGS_XML}<row r="2"><c r="A2" t="str"><f>CONCATENATE("T","alk")</f><v>Talk</v></c>'
    '<c r="B2"><f>1+1</f><v>2</v></c></row>'
)
BROKEN_CELL = f'{HEADINGS_XML}<row r="2"><c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;">
<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>&h;&h;&h;</t></is></c></row></sheetData></worksheet>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>"""

CSV = [
    Sheet("plain", lambda: text(HEAD, LINE), LINE.split(",")),
    Sheet("semicolons", lambda: text(HEAD.replace(",", ";"), LINE.replace(",", ";")),
          LINE.split(",")),
    Sheet("tabs", lambda: text(HEAD.replace(",", "\t"), LINE.replace(",", "\t")), LINE.split(",")),
    Sheet("bars", lambda: text(HEAD.replace(",", "|"), LINE.replace(",", "|")), LINE.split(",")),
    Sheet("excel's own first line", lambda: text("sep=;", "Title;Reference", "a,b;r"),
          ["a,b", "r"]),
    Sheet("commas inside of texts", lambda: text("Title;Reference", "One, two, three;r", "a;b"),
          ["One, two, three", "r"]),
    Sheet("UTF-8 with its mark", lambda: text("Title", "Été", encoding="utf-8-sig"), ["Été"]),
    Sheet("UTF-16 with its mark", lambda: text("Title", "Été", encoding="utf-16"), ["Été"]),
    Sheet("UTF-16 without", lambda: text("Title", "Plain", encoding="utf-16-le"), ["Plain"]),
    Sheet("UTF-16, big-endian, without", lambda: text("Title", "Plain", encoding="utf-16-be"),
          ["Plain"]),
    Sheet("UTF-32", lambda: text("Title", "Été", encoding="utf-32"), ["Été"]),
    Sheet("Windows-1252", lambda: text("Title", "La niña está aquí – “sí”", encoding="cp1252"),
          ["La niña está aquí – “sí”"]),
    Sheet("Windows-1250", lambda: text("Title", "Żółta łódź płynie", encoding="cp1250"),
          ["Żółta łódź płynie"]),
    Sheet("Windows-1251", lambda: text("Title", "Открытие конференции", encoding="cp1251"),
          ["Открытие конференции"]),
    Sheet("Windows-1255", lambda: text("Title", "נאום פתיחה של הכנס", encoding="cp1255"),
          ["נאום פתיחה של הכנס"]),
    Sheet("Shift-JIS", lambda: text("Title", "開会の挨拶", encoding="cp932"), ["開会の挨拶"]),
    Sheet("EUC-JP", lambda: text("Title", "開会の挨拶", encoding="euc_jp"), ["開会の挨拶"]),
    Sheet("GB 18030", lambda: text("Title", "开幕演讲", encoding="gb18030"), ["开幕演讲"]),
    Sheet("Big5", lambda: text("Title", "開幕演講", encoding="big5"), ["開幕演講"]),
    Sheet("Korean", lambda: text("Title", "개막 연설", encoding="cp949"), ["개막 연설"]),
    Sheet("old Mac's line ends", lambda: text(HEAD, LINE, end="\r"), LINE.split(",")),
    Sheet("leading zeros", lambda: text("Title,Reference", "Talk,00042"), ["Talk", "00042"]),
    Sheet("quotes and line breaks", lambda: text("Title,Reference", '"a ""b""\nc",r'),
          ['a "b"\nc', "r"]),
    Sheet("a formula stays text", lambda: text("Title,Reference", '"=HYPERLINK(""http://x"")",r'),
          ['=HYPERLINK("http://x")', "r"]),
    Sheet("our own escape", lambda: text("Title,Reference", "'=1+1,'+49"), ["=1+1", "+49"]),
    Sheet("a ragged line", lambda: text("Title,Reference", "Talk,r,more,still more"),
          ["Talk", "r", "more", "still more"]),
    Sheet("a short line", lambda: text("Title,Reference,Project", "Talk"), ["Talk"]),
    Sheet("a title above the headings", lambda: text("Our talks of 2026", "", HEAD, LINE),
          LINE.split(",")),
    Sheet("addresses and nothing else",
          lambda: text("https://media.example.org/0.mp4", "https://media.example.org/1.mp4"),
          ["https://media.example.org/0.mp4"]),
    Sheet("zero characters", lambda: text("Title,Reference", "Ta\0lk,r"), ["Ta\ufffdlk", "r"]),
    Sheet("empty", lambda: b"", "sheet_empty"),
    Sheet("blank lines only", lambda: b"\r\n \r\n\r\n", "sheet_empty"),
    Sheet("separators only", lambda: b";;;\r\n;;;\r\n", "sheet_empty"),
    Sheet("a quotation mark never closed", lambda: text("Title,Reference", 'Talk,"r', "a,b"),
          "sheet_quote"),
    Sheet("200 columns", lambda: text(",".join(f"c{n}" for n in range(200))),
          "sheet_too_many_columns"),
    Sheet("a million lines", lambda: b"Title\n" + b"Talk\n" * 1_000_000, "sheet_too_many_rows"),
    Sheet("a cell without end", lambda: text("Title", "x" * 40_000), "sheet_damaged"),
    Sheet("a very long cell", lambda: text("Title", "x" * 500_000), "sheet_quote"),
    Sheet("larger than we read", lambda: b"x" * (21 * MEGABYTE), "sheet_too_large"),
    Sheet("noise", lambda: bytes(range(256)) * 400, "sheet_damaged"),
]  # fmt: skip

XLSX = [
    Sheet("plain", lambda: plain_book(), ["Talk", "r"]),
    Sheet("text that looks like a number", lambda: book(lambda s: s.append(["Talk", "007"])),
          ["Talk", "007"]),
    Sheet("zeros shown by a format", lambda: formatted(42, "00000"), ["Talk", "00042"]),
    Sheet("a whole number", lambda: formatted(42.0, "General"), ["Talk", "42"]),
    Sheet("a fraction", lambda: formatted(12.5, "General"), ["Talk", "12.5"]),
    Sheet("a rounded number", lambda: formatted(2**60, "0"),
          ["Talk", f"rounded:{2**60}"]),
    Sheet("a date", lambda: formatted(date(2026, 3, 1), "dd.mm.yyyy"),
          ["Talk", "date:2026-03-01"]),
    Sheet("a date with its time", lambda: formatted(datetime(2026, 3, 1, 9, 30), "dd.mm.yy hh:mm"),
          ["Talk", "date:2026-03-01 09:30:00"]),
    Sheet("a time with seconds", lambda: formatted(time(1, 2, 3), "h:mm:ss"),
          ["Talk", "time:1:02:03"]),
    Sheet("a time without seconds", lambda: formatted(time(1, 30), "h:mm"),
          ["Talk", "unclear_time:1:30:00"]),
    Sheet("a length beyond a day", lambda: formatted(timedelta(hours=30), "[h]:mm:ss"),
          ["Talk", "time:30:00:00"]),
    Sheet("truth", lambda: book(lambda s: s.append(["Talk", True])), ["Talk", "TRUE"]),
    Sheet("formulas with their values", lambda: with_cells(CACHED), ["Talk", "number:2"]),
    Sheet("formulas without", lambda: book(lambda s: s.append(["=A1&B1", "r"])),
          ["formula:=A1&B1", "r"]),
    Sheet("a cell with an error", lambda: with_cells(BROKEN_CELL), ["error:#DIV/0!"]),
    Sheet("merged downwards", merged, ["A", "r1"]),
    Sheet("a hidden sheet before the shown one", hidden_sheet, ["Talk", "r"]),
    Sheet("a format that is no number's", lambda: formatted(7, '"Talk "0'), ["Talk", "7"]),
    Sheet("no cell at all", lambda: saved(Workbook()), "sheet_empty"),
    Sheet("a stray cell in the last line",
          lambda: with_cells(f'{HEADINGS_XML}<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
          "sheet_too_many_rows"),
    Sheet("200 columns", lambda: workbook_bytes([[f"c{n}" for n in range(200)]]),
          "sheet_too_many_columns"),
    Sheet("a bomb of one huge part",
          lambda: repacked(plain_book(), {"xl/media/x.bin": b"\0" * (210 * MEGABYTE)}),
          "sheet_too_large"),
    Sheet("a bomb of texts",
          lambda: repacked(plain_book(), {"xl/sharedStrings.xml": b" " * (41 * MEGABYTE)}),
          "sheet_too_large"),
    Sheet("a bomb in one row",
          lambda: with_cells('<row r="1">' + '<c><v>1</v></c>' * 600_000 + "</row>"),
          "sheet_damaged|sheet_too_slow|sheet_too_many_columns"),
    Sheet("entities that grow",
          lambda: repacked(plain_book(), {"xl/worksheets/sheet1.xml": LAUGHS}),
          "sheet_damaged"),
    Sheet("entities from outside",
          lambda: repacked(plain_book(), {"xl/worksheets/sheet1.xml": OUTSIDE}), "sheet_damaged"),
    Sheet("thousands of parts",
          lambda: package(["[Content_Types].xml", *(f"xl/{n}.xml" for n in range(3000))]),
          "sheet_too_large"),
    Sheet("truncated", lambda: plain_book()[:-400], "sheet_damaged"),
    Sheet("a part that is no XML",
          lambda: repacked(plain_book(), {"xl/worksheets/sheet1.xml": b"nonsense"}),
          "sheet_damaged"),
    Sheet("a zip of something else", lambda: package(["readme.txt"]), "sheet_format"),
    Sheet("a Word document", lambda: package(["[Content_Types].xml", "word/document.xml"]),
          "sheet_format"),
    Sheet("OpenDocument", lambda: package(["mimetype", "content.xml"]), "sheet_format"),
    Sheet("old Excel", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
          "sheet_protected"),
    Sheet("a PDF", lambda: b"%PDF-1.7 not a sheet", "sheet_format"),
    Sheet("a web page under another name", lambda: b"<html><table><tr><td>x", "sheet_format"),
    Sheet("a picture", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "sheet_format"),
]  # fmt: skip
