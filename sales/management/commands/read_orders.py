import json
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from eqms import progress
from eqms.commands import SpeakingCommand
from eqms.pdf import UnreadableDocument
from eqms.pdf.child import ReadingChild
from eqms.storage import TooLarge, content_of
from sales.order_pdf import Paper, as_schema
from sales.order_pdf.files import files_of

KINDS = {
    "sales_order": "sales order",
    "packing_slip": "packing slip",
    "shipping_label": "shipping label",
    "unknown": "unknown paper",
}


class Command(SpeakingCommand):
    help = "Show what would be read from papers. Needs no database and writes nothing."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, or a folder, which means its *.pdf")
        parser.add_argument("--recursive", action="store_true", help="look into the folders of a folder too")
        parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")

    def work(self, *, paths, recursive, **options):
        files, nothing = files_of(paths, recursive=recursive)
        documents, papers = self.read(files)
        if self.as_json:
            orders = [as_schema(paper, name) for name, paper in papers if paper.kind != "unknown"]
            self.say(json.dumps({"orders": orders, "documents": documents}, ensure_ascii=False, indent=1))
        counted = count(documents, [paper for _, paper in papers])
        if nothing:
            raise CommandError(f"{counted} There is no such file or folder: {', '.join(nothing)}.")
        self.conclude(counted)

    def read(self, files: list[Path]) -> tuple[list[dict], list[tuple[str, Paper]]]:
        """Return what is said about each file, and each paper with the name of its file; show them as they come."""
        documents, papers = [], []
        with ReadingChild("sales.order_pdf.read_document") as child:
            for number, path in enumerate(files, start=1):
                document, found = read_file(child, path)
                documents.append(document)
                papers += [(path.name, paper) for paper in found]
                if not self.as_json:
                    self.show(document, found)
                progress.tell("Reading", number, len(files))
        return documents, papers

    def show(self, document: dict, papers: list[Paper]) -> None:
        """Print a line per paper, and one per problem under it."""
        for paper in papers:
            self.say(f"{document['file']}: {line_of(paper)}")
            for problem in paper.problems:
                self.say(f"    {problem}")
        for problem in document["problems"] if not papers else ():
            self.say(f"{document['file']}: {problem}")


def read_file(child: ReadingChild, path: Path) -> tuple[dict, list[Paper]]:
    """Return what the JSON document says about a file, and its papers."""
    try:
        with path.open("rb") as file:
            data = content_of(file, path.name)
        read = child.call(data, settings.DATE_ORDER == "day_first")
    except (UnreadableDocument, TooLarge) as error:
        return {"file": path.name, "pages": 0, "papers": [], "problems": [str(error)]}, []
    except OSError as error:
        problem = f"The file cannot be opened: {error.strerror}."
        return {"file": path.name, "pages": 0, "papers": [], "problems": [problem]}, []
    papers = [Paper.from_json(paper) for paper in read["papers"]]
    known = [
        {"kind": p.kind, "pages": p.pages, "order_number": p.value("order_number"), "problems": p.problems}
        for p in papers
    ]
    problems = [page["problem"] for page in read["pages"] if page["problem"]]
    return {"file": path.name, "pages": len(read["pages"]), "papers": known, "problems": problems}, papers


def line_of(paper: Paper) -> str:
    """Return a paper on one line: where it stands, what it is, what would be imported."""
    pages = f"page {paper.pages[0]}" if len(paper.pages) == 1 else f"pages {paper.pages[0]}-{paper.pages[-1]}"
    facts = [pages, " ".join(filter(None, (KINDS[paper.kind], paper.value("order_number"))))]
    facts += [str(paper.value(name)) for name in ("order_date", "ship_to.name", "total") if paper.value(name)]
    if paper.lines:
        facts.append("1 line" if len(paper.lines) == 1 else f"{len(paper.lines)} lines")
    if paper.problems:
        facts.append("needs review")
    return ", ".join(facts)


def count(documents: list[dict], papers: list[Paper]) -> str:
    """Return the last line: how many papers of each kind, how many of them need review."""
    kinds = Counter(paper.kind for paper in papers)
    parts = [f"{kinds[kind]} {name}{'' if kinds[kind] == 1 else 's'}" for kind, name in KINDS.items() if kinds[kind]]
    review = sum(1 for paper in papers if paper.problems)
    unreadable = sum(1 for document in documents if not document["pages"])
    pages = sum(document["pages"] for document in documents)
    return (
        f"Read {pages} pages of {len(documents)} files: {', '.join(parts) or 'no papers'}; "
        f"{review} need review, {unreadable} files cannot be read."
    )
