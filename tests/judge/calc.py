#!/usr/bin/env python3
"""LibreOffice Calc opens the comment matrix, and reads in it what was written.

    tests/judge/calc.py [--paraph BIN]

The matrix of the reference case, and one of texts that are hard on spreadsheets (formulas, white
space at the ends, lines, two scripts), are written as .xlsx and as .csv; what Calc makes of the
first as .csv must be the second, but for white space at the ends of cells, which a sheet cannot
hold. No row may be too low for its text: Calc does not work heights out, so in a picture of the
sheet lines would run over one another; it is enough that each row has a height, and a long text a
greater one. Where ../shared is at hand, the sheet must be valid by ISO 29500's schema.

Needs Debian's libreoffice-calc; skipped where soffice has no Calc. TAP.
"""
import argparse
import csv
import io
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import harness as h

SCHEMA = h.SHARED / "tools" / "schemas" / "ISO-IEC29500-4_2016" / "sml.xsd"
UTF8_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
HARD = ["=SUM(1;2)", " both ends ", " ", "'quoted'", "+1 day", "-1", "@all", "1/2", "007",
        'a, b; "c"', "\u0627\u0644\u0627\u062a\u0641\u0627\u0642", "\u6761\u6b3e" * 60,
        "word " * 80]
BODY = ('<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
        'wordprocessingml/2006/main"><w:body>%s<w:sectPr/></w:body></w:document>')
INSERTED = ('<w:p><w:r><w:t>Paragraph %d</w:t></w:r><w:ins w:id="%d" w:author="Interior">'
            '<w:r><w:t xml:space="preserve">%s</w:t></w:r></w:ins><w:r><w:t>end</w:t></w:r></w:p>')
options = argparse.Namespace(paraph=h.ROOT / "build" / "paraph")


def hard_redline(place):
    """The reference case's base with another text: tracked insertions of HARD."""
    escape = lambda s: s.replace("&", "&amp;").replace("<", "&lt;")
    body = BODY % "".join(INSERTED % (i, i, escape(s)) for i, s in enumerate(HARD, 1))
    out = place / "hard.docx"
    with zipfile.ZipFile(h.ROOT / "demo" / "draft.docx") as base, zipfile.ZipFile(out, "w") as z:
        for name in base.namelist():
            z.writestr(name, body if name == "word/document.xml" else base.read(name))
    return out


def reference_redline(place):
    out = place / "reference.docx"
    returns = sorted((h.ROOT / "demo" / "returns").glob("*.docx"))
    done = h.run(options.paraph, "consolidate", h.ROOT / "demo" / "draft.docx", *returns, "-o", out)
    return out, h.why_not(done)


def cells(bytes_):
    rows = csv.reader(io.StringIO(bytes_.decode("utf-8-sig"), newline=""))
    # our .csv guards what looks like a formula; and says "[space]" where that is all
    plain = lambda s: re.sub(r"^'(?=[=+@\t\r-])", "", s).strip()
    return [[plain(c) for c in row] for row in rows]


def by_calc(sheet, place):
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless",
         "--norestore", "--convert-to", UTF8_CSV, "--outdir", str(place / "calc"), str(sheet)],
        capture_output=True, timeout=120)
    made = next(iter((place / "calc").glob(f"{sheet.stem}*.csv")), None)
    return made, "" if made else h.one_line(done.stderr.decode("utf-8", "replace"), 200)


def heights(sheet):
    """'' or which row has none, or is too low."""
    xml = zipfile.ZipFile(sheet).read("xl/worksheets/sheet1.xml").decode()
    for row in re.findall(r"<row .*?</row>", xml, re.S):
        height = re.match(r'<row r="(\d+)" ht="(\d+)"', row)
        longest = max(map(len, re.findall(r"<t>(.*?)</t>", row, re.S)), default=0)
        if not height or int(height[2]) < min(409, 13 * (longest // 60 + 1)):
            return f"row {row[:40]!r} for {longest} letters"
    return ""


def judge(redline, place):
    verdicts = h.Verdicts(f"matrix of {redline.name}")
    sheet, plain = redline.with_suffix(".xlsx"), redline.with_suffix(".csv")
    complaint = "".join(h.why_not(h.run(options.paraph, "matrix", redline, "-o", out))
                        for out in (sheet, plain))
    if not verdicts.check("written", complaint):
        return verdicts
    made, complaint = by_calc(sheet, place)
    if made:
        theirs = cells(made.read_bytes())
        ours = cells(plain.read_bytes())
        ours, theirs = ([["" if c == "[space]" else c for c in row] for row in rows]
                        for rows in (ours, theirs))
        complaint = next((f"row {i}: expected {x!r}, found {y!r}"
                          for i, (x, y) in enumerate(zip(ours, theirs), 1) if x != y), "")
        if not complaint and len(ours) != len(theirs):
            complaint = f"{len(ours)} rows written, {len(theirs)} read"
    verdicts.check("Calc reads what was written", complaint)
    verdicts.check("rows are as high as their text", heights(sheet))
    if not SCHEMA.exists() or not shutil.which("xmllint"):
        verdicts.skip("valid by the schema", "../shared or xmllint is not there")
        return verdicts
    part = place / "sheet1.xml"
    part.write_bytes(zipfile.ZipFile(sheet).read("xl/worksheets/sheet1.xml"))
    done = subprocess.run(["xmllint", "--noout", "--schema", str(SCHEMA), str(part)],
                          capture_output=True, text=True)
    verdicts.check("valid by the schema",
                   h.one_line(done.stderr, 300) if done.returncode else "")
    return verdicts


def has_calc():
    soffice = shutil.which("soffice")
    return soffice and (Path(soffice).resolve().parent / "libsclo.so").exists()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paraph", default=options.paraph, help="the command (build/paraph)")
    parser.parse_args(namespace=options)
    if not has_calc():
        print("1..0 # skip Calc: libreoffice-calc is not installed")
        return 0
    report = h.Report()
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        reference, complaint = reference_redline(place)
        if complaint:
            print(f"1..1\nnot ok 1 - the reference case\n#   {complaint}")
            return 1
        for redline in (reference, hard_redline(place)):
            report.add(judge(redline, place))
    return report.end("Calc, 2 matrices")


if __name__ == "__main__":
    sys.exit(main())
