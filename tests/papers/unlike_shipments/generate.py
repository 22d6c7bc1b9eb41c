"""Makes slips and labels in layouts unlike the samples: ``python -m tests.papers.unlike_shipments.generate OUT``.

Every name, address and number is invented. ``--seed N`` makes others in other variations of the same layouts.
"""

import argparse
import json
import random
from pathlib import Path

from tests.papers.unlike.pen import Pen

from .labels import LABELS
from .slips import SLIPS

LABEL = (288, 432)  # 4 by 6 inches


def main(folder: Path, seed: int, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    truths = []
    for layout in (*SLIPS, *LABELS):
        path = folder / f"{layout.__name__}.pdf"
        pen = Pen(path, *(LABEL if layout in LABELS else (612, 792)))
        for page in range(1, count + 1):
            found = layout(pen, random.Random(f"{layout.__name__} {seed} {page}"))
            for truth in found if isinstance(found, list) else [found]:
                truths.append({"file": path.name, "pages": [page], "family": layout.__name__, **truth})
            pen.canvas.showPage()
        pen.canvas.save()
    (folder / "truth.json").write_text(json.dumps({"orders": truths}, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=4)
    given = parser.parse_args()
    main(given.folder, given.seed, given.count)
