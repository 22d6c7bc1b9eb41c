"""Invented facilities with known duplicates: the same rows for the same number of rows and seed.

They come in families that are hard in both directions. Look-alikes that are no duplicates: campuses of
one hospital system, clinics in one office building (sometimes with one front desk), a chain's shops,
equal names in different towns. Duplicates: abbreviations, legal suffixes, departments and "Attn", dropped
words, "dba", acronyms, typos, missing or reformatted fields, a lost leading zero, a moved address, a PO
box, another contact or direct line, a second customer number.

    python -m tests.customers.matching.invented --rows 100000 --seed 7 --out facilities.csv
"""

import argparse
import csv
import random
import re
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate

from .invented_words import (
    CAMPUS,
    CHAIN_A,
    CHAIN_B,
    COMPANY_B,
    DEPARTMENTS,
    DIRECTIONS,
    FIRST,
    GROUPS,
    HOSPITAL_TYPES,
    KEYS,
    LEGAL,
    PERSONAL,
    ROLES,
    SAINTS,
    SHORT,
    SPECIALTIES,
    STATES,
    STREET_TYPES,
    STREETS,
    SURNAMES,
    SYSTEM_SIZES,
    SYSTEM_WORDS,
    TOWN_A,
    TOWN_B,
    TOWN_PREFIX,
    TOWN_SUFFIX,
    UNITS,
)

FIELDS = ["id", "cluster", "name", "address", "city", "state", "zip", "phone", "email", "customer_number"]


class Generator:
    """Draws entities family by family and yields corrupted records for each."""

    def __init__(self, rows: int, seed: int, dup_rate: float = 0.30):
        self.rows, self.rng, self.dup_rate = rows, random.Random(seed), dup_rate
        self.cluster = 0
        rng = random.Random(20240101)  # the map of towns does not depend on the seed
        codes = list(STATES)
        names = [p + a + b + s for a in TOWN_A for b in TOWN_B for p in TOWN_PREFIX for s in TOWN_SUFFIX]
        rng.shuffle(names)
        self.towns = []
        for i in range(max(60, min(6000, rows // 60))):
            st = rng.choice(codes)
            full, lo, hi, areas = STATES[st]
            z3 = f"{rng.randint(lo, hi):03d}"
            zips = [f"{z3}{rng.randint(1, 99):02d}" for _ in range(rng.choice([1, 1, 2, 3, 6]))]
            self.towns.append((names[i % len(names)], st, zips, rng.choice(areas.split())))
        self.town_cum = list(accumulate(1 / (i + 8) ** 0.7 for i in range(len(self.towns))))

    # ---- facts ----
    def town(self):
        """Draw a town; large ones come more often."""
        return self.towns[bisect(self.town_cum, self.rng.random() * self.town_cum[-1])]

    def street(self):
        r = self.rng
        d = r.choice(DIRECTIONS)
        return " ".join(
            x
            for x in (
                str(r.randint(1, 9999) if r.random() < 0.8 else r.randint(100, 999)),
                d,
                r.choice(STREETS),
                r.choice(STREET_TYPES),
            )
            if x
        )

    def unit(self):
        r = self.rng
        kind = r.choice(UNITS)
        return f"{kind} {r.randint(1, 9) if kind == 'Floor' else r.randint(1, 40) * 10 + r.randint(0, 9)}"

    def phone(self, area):
        return f"{area}{self.rng.randint(200, 999)}{self.rng.randint(0, 9999):04d}"

    def entity(self, name, town, street=None, unit="", phone=None, domain=None, zip_=None):
        """A dict of true facts for one facility."""
        r = self.rng
        city, st, zips, area = town
        if domain is None:
            slug = re.sub(r"[^a-z]", "", name.lower())[:14] or "clinic"
            domain = slug + r.choice([".com", ".org", ".net", "health.com", "med.com"])
        self.cluster += 1
        return dict(
            name=name,
            street=street or self.street(),
            unit=unit or (self.unit() if r.random() < 0.25 else ""),
            city=city,
            state=st,
            zip=zip_ or r.choice(zips),
            phone=phone or self.phone(area),
            area=area,
            domain=domain,
            number=f"{r.randint(1, 9)}{self.cluster:06d}",
            cluster=self.cluster,
            box=f"PO Box {r.randint(10, 9999)}",
            moved=self.street(),
            mail=f"{r.choice(ROLES)}@{domain}",
        )

    # ---- families of facilities ----
    def family(self) -> list[dict]:
        """Draw facilities that belong together."""
        kind = self.rng.random()
        if kind < 0.18:
            return self.hospital_system()
        if kind < 0.36:
            return self.office_building()
        if kind < 0.46:
            return self.chain()
        if kind < 0.60:
            return [self.entity(self.company_name(), self.town())]
        town = self.town()
        return [self.entity(self.clinic_name(town[0]), town)]

    def hospital_system(self):
        r = self.rng
        kind = r.random()
        word = r.choice(SYSTEM_WORDS)
        stem = (
            f"Saint {r.choice(SAINTS)}{r.choice(['', chr(39) + 's'])}"
            if kind < 0.3
            else f"{r.choice(SURNAMES)} {r.choice(['Memorial', 'County', 'Clinic'])}"
            if kind < 0.5
            else f"{word} {r.choice(['Health', 'Healthcare', 'Medical'])}"
            if kind < 0.8
            else word
        )
        kindname = r.choice(HOSPITAL_TYPES)
        n = 1 if r.random() < 0.45 else r.choice(SYSTEM_SIZES)
        home = self.town()
        domain = re.sub(r"[^a-z]", "", stem.lower()) + r.choice(["health.org", ".org", "hospital.com"])
        switchboard = self.phone(home[3])
        out = []
        for i in range(n):
            town = home if i == 0 or r.random() < 0.4 else self.town()
            if n == 1:
                name = f"{stem} {kindname}"
            elif town is home and i:
                name = f"{stem} {kindname} {r.choice(['- ', ''])}{CAMPUS[i % len(CAMPUS)]}"
            else:
                name = f"{stem} {r.choice([kindname, 'Hospital', 'Medical Center'])} - {town[0]}"
            out.append(
                self.entity(
                    name, town, domain=domain, phone=switchboard if town is home and r.random() < 0.25 else None
                )
            )
        return out

    def office_building(self):
        r = self.rng
        town = self.town()
        street, zip_ = self.street(), r.choice(town[2])
        desk = self.phone(town[3])
        return [
            self.entity(
                self.clinic_name(town[0]),
                town,
                street=street,
                zip_=zip_,
                unit=self.unit() if r.random() < 0.8 else "",
                phone=desk if r.random() < 0.15 else None,
            )
            for _ in range(r.choice([2, 2, 3, 4, 6]))
        ]

    def chain(self):
        r = self.rng
        name = f"{r.choice(CHAIN_A)}{r.choice(CHAIN_A).lower()} {r.choice(CHAIN_B)}"
        if r.random() < 0.5:
            name += f" {r.choice(['Inc', 'LLC', 'Inc.', 'of America'])}"
        domain = re.sub(r"[^a-z]", "", name.lower())[:12] + ".com"
        numbered = r.random() < 0.3
        out = []
        for _ in range(r.choice([3, 4, 6, 10, 25])):
            town = out[-1]["town"] if out and r.random() < 0.1 else self.town()
            label = f"{name} #{r.randint(1, 999)}" if numbered else name
            e = self.entity(label, town, domain=domain)
            e["town"] = town
            out.append(e)
        return out

    def clinic_name(self, city):
        r = self.rng
        kind = r.random()
        head = (
            r.choice(SURNAMES)
            if kind < 0.35
            else f"{r.choice(SURNAMES)} and {r.choice(SURNAMES)}"
            if kind < 0.45
            else city
            if kind < 0.65
            else f"{r.choice(TOWN_A)}{r.choice(TOWN_B)}"
            if kind < 0.8
            else f"{r.choice(FIRST)} {r.choice(SURNAMES)} MD"
            if kind < 0.88
            else r.choice(SYSTEM_WORDS)
        )
        tail = r.choice(GROUPS).format(city=city)
        return " ".join(x for x in (head, r.choice(SPECIALTIES), tail, r.choice(LEGAL)) if x).replace(" ,", ",")

    def company_name(self):
        r = self.rng
        head = r.choice(SURNAMES) if r.random() < 0.5 else r.choice(CHAIN_A) + r.choice(TOWN_B)
        return f"{head} {r.choice(COMPANY_B)} {r.choice(LEGAL)}".strip().replace(" ,", ",")

    # ---- corruption ----
    def typo(self, s):
        """Make one slip of the keyboard."""
        r = self.rng
        if len(s) < 5:
            return s
        i = r.randrange(1, len(s) - 1)
        kind, c = r.randrange(4), s[i].lower()
        if kind == 0:
            return s[:i] + s[i + 1 :]
        if kind == 1:
            return s[:i] + s[i + 1] + s[i] + s[i + 2 :]
        return s[:i] + (s[i] * 2 if kind == 2 else KEYS.get(c, c)) + s[i + 1 :]

    def abbreviate(self, s, p):
        """Shorten each word that has a short form with probability ``p``."""
        r = self.rng
        return " ".join(r.choice(SHORT[w]) if w in SHORT and r.random() < p else w for w in s.split(" "))

    def case(self, s):
        x = self.rng.random()
        return s.upper() if x < 0.35 else s.lower() if x < 0.4 else s

    def name(self, e, first):
        r = self.rng
        name = e["name"]
        if first:
            return self.case(self.abbreviate(name, 0.25))
        x = r.random()
        words = name.split(" ")
        if x < 0.015 and len(words) >= 3:
            name = "".join(w[0] for w in words if w[0].isalpha()).upper()
        elif x < 0.045:
            name = (
                f"{r.choice(SURNAMES)} {r.choice(SPECIALTIES)} dba {name}" if r.random() < 0.5 else self.company_name()
            )
        elif x < 0.12:
            name = r.choice(["{d} - {n}", "{n} {d}", "{n} ({d})", "{n}, {d}"]).format(d=r.choice(DEPARTMENTS), n=name)
        elif x < 0.20 and len(words) > 3:
            i = r.randrange(1, len(words))
            name = " ".join(words[:i] + words[i + 1 :])
        elif x < 0.23 and len(words) > 2:
            name = " ".join(words[-1:] + words[:-1])
        elif x < 0.28:
            name = "The " + name
        if r.random() < 0.25:
            name = re.sub(r",? (Inc\.?|LLC|PC|P\.C\.|PLLC|LLP|Corp|Co)$", "", name) + r.choice(
                ["", " Inc", ", LLC", " LLC", " Corp."]
            )
        name = self.abbreviate(name, 0.5 if r.random() < 0.6 else 0)
        for _ in range(r.choice([0, 0, 0, 0, 1, 1, 2])):
            name = self.typo(name)
        return self.case(name)

    def address(self, e, first):
        r = self.rng
        x = r.random()
        street = e["street"]
        if not first and x < 0.03:
            street = e["moved"]
        elif not first and x < 0.055:
            return e["box"]
        elif not first and x < 0.075:
            return ""
        parts = [self.abbreviate(street, 0.6)]
        if e["unit"] and r.random() < (0.95 if first else 0.75):
            parts.append(self.abbreviate(e["unit"], 0.6).replace("# ", "#"))
        s = r.choice([" ", ", "]).join(parts)
        if not first and r.random() < 0.08:
            s = self.typo(s)
        return self.case(s)

    def record(self, e, first):
        """Return one way in which a facility is written down; the ``first`` is the tidiest."""
        r = self.rng

        def n(p):
            return r.random() < p

        city = "" if n(0.02) else self.case(self.abbreviate(e["city"], 0.4))
        if not first and n(0.04):
            city = self.typo(city)
        state = "" if n(0.02) else STATES[e["state"]][0] if n(0.03) else e["state"]
        z = e["zip"]
        if n(0.03):
            z = ""
        elif n(0.12):
            z = f"{z}-{r.randint(1, 9999):04d}"
        elif z[0] == "0" and n(0.25):
            z = z[1:]
        elif not first and n(0.015):
            z = z[:4] + str(r.randint(0, 9))
        phone = e["phone"]
        if not first and n(0.12):
            phone = phone[:6] + f"{r.randint(0, 9999):04d}"
        elif not first and n(0.02):
            phone = self.phone(e["area"])
        fmt = r.choice(["({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "{}{}{}", "1-{}-{}-{}", "{} {} {}"])
        phone = (
            ""
            if n(0.15)
            else fmt.format(phone[:3], phone[3:6], phone[6:]) + (f" x{r.randint(1, 999)}" if n(0.04) else "")
        )
        mail = e["mail"]
        if not first and n(0.5):
            mail = f"{r.choice(FIRST)[0]}{r.choice(SURNAMES)}@{e['domain']}".lower()
        if n(0.07):
            mail = f"{r.choice(FIRST)}{r.choice(SURNAMES)}{r.randint(1, 99)}@{r.choice(PERSONAL)}".lower()
        mail = "" if n(0.35) else mail
        number = e["number"] if first or n(0.85) else f"{r.randint(1, 9)}{r.randint(0, 999999):06d}"
        number = "" if n(0.5) else r.choice(["{}", "{}", "C-{}", "CUST{}", "{}-00"]).format(number)
        return [e["cluster"], self.name(e, first), self.address(e, first), city, state, z, phone, mail, number]

    def copies(self) -> int:
        """Draw how many records one facility has."""
        if self.rng.random() >= self.dup_rate:
            return 1
        x = self.rng.random()
        return 2 if x < 0.65 else 3 if x < 0.85 else 4 if x < 0.94 else self.rng.randint(5, 9)

    def records(self) -> Iterator[list]:
        """Return rows in the order of FIELDS, shuffled."""
        out = []
        while len(out) < self.rows:
            for e in self.family():
                out.extend(self.record(e, i == 0) for i in range(self.copies()))
        out = out[: self.rows]
        self.rng.shuffle(out)
        return ([i + 1, *row] for i, row in enumerate(out))


def write(path, rows: int, seed: int) -> None:
    """Write a CSV file of invented facilities."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        writer.writerows(Generator(rows, seed).records())


def main() -> None:
    parser = argparse.ArgumentParser(description="Write invented facilities with known duplicates.")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", default="facilities.csv")
    options = parser.parse_args()
    write(options.out, options.rows, options.seed)


if __name__ == "__main__":
    main()
