"""Words with boxes: pages per CPU second of eqms.pdf beside its peers, on the sample papers.

Run with ``python -m benchmarks.words``. Every engine must see the same letters on every page, else there is no figure.
"""

import io
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pdfplumber
from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTAnno, LTChar, LTContainer, LTTextLine

from eqms.pdf.fonts import readable
from eqms.pdf.words import read_pages

PAPERS = Path(__file__).parents[1] / "tests" / "papers"
ROUNDS = 3
Words = list[str]


def ours(data: bytes) -> Iterator[Words]:
    """eqms.pdf."""
    for page in read_pages(data):
        yield [word.text for word in page.words]


def extract_pages_of_pdfminer(data: bytes) -> Iterator[Words]:
    """pdfminer.six as its documentation shows it, text inside forms included."""
    for page in extract_pages(io.BytesIO(data), laparams=LAParams(all_texts=True)):
        yield [word for line in _lines_of(page) for word in _words_of(line)]


def words_of_pdfplumber(data: bytes) -> Iterator[Words]:
    """pdfplumber's extract_words, with pages closed after use."""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            yield [word["text"] for word in page.extract_words()]
            page.close()


ENGINES: dict[str, Callable[[bytes], Iterator[Words]]] = {
    "eqms.pdf": ours,
    "pdfminer.six extract_pages": extract_pages_of_pdfminer,
    "pdfplumber extract_words": words_of_pdfplumber,
}


def _lines_of(item) -> Iterator[LTTextLine]:
    if isinstance(item, LTTextLine):
        yield item
    elif isinstance(item, LTContainer):
        for part in item:
            yield from _lines_of(part)


def _words_of(line: LTTextLine) -> Words:
    letters = (
        " " if isinstance(part, LTAnno) else part.get_text() for part in line if isinstance(part, LTChar | LTAnno)
    )
    return "".join(letters).split()


def letters_of(pages: list[Words]) -> list[Counter]:
    """The letters of each page, however an engine cut them into words."""
    return [Counter(readable("".join(words)).replace(" ", "")) for words in pages]


def measure(engine: Callable[[bytes], Iterator[Words]], papers: list[bytes]) -> tuple[float, list[Words]]:
    """CPU seconds for all papers once, and the words of each page."""
    started = time.process_time()
    pages = [words for paper in papers for words in engine(paper)]
    return time.process_time() - started, pages


def main() -> None:
    """Print one table: engine, words, pages per CPU second (best of the rounds), our ratio to it."""
    papers = [path.read_bytes() for path in sorted(PAPERS.glob("*.pdf"))]
    seconds, pages = {}, {}
    for _ in range(ROUNDS):
        for name, engine in ENGINES.items():
            taken, pages[name] = measure(engine, papers)
            seconds[name] = min(taken, seconds.get(name, taken))
    for name in ENGINES:
        if letters_of(pages[name]) != letters_of(pages["eqms.pdf"]):
            raise SystemExit(f"{name} does not see the letters that eqms.pdf sees: no comparison")
    print(f"{'engine':<30}{'words':>8}{'pages / CPU s':>16}{'eqms.pdf is':>14}")
    for name in ENGINES:
        speed, ratio = len(pages[name]) / seconds[name], seconds[name] / seconds["eqms.pdf"]
        print(f"{name:<30}{sum(map(len, pages[name])):>8}{speed:>16.0f}{ratio:>12.1f} x")


if __name__ == "__main__":
    main()
