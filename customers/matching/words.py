"""Words that the same facility is written with in more than one way, in capitals and without accents."""


def spellings(table: str) -> dict[str, str]:
    """Return short form -> full form from lines such as ``HOSPITAL = HOSP HSP``."""
    lines = (line.split("=") for line in table.strip().splitlines())
    return {short: full.strip() for full, shorts in lines for short in shorts.split()}


def listed(text: str) -> frozenset[str]:
    """Return the words of ``text``."""
    return frozenset(text.split())


COMPASS = spellings("""
    NORTH = N
    SOUTH = S
    EAST = E
    WEST = W
    NORTHWEST = NW
    SOUTHEAST = SE
    NORTHEAST = NE
    SOUTHWEST = SW
""")
NAME_SPELLINGS = COMPASS | spellings("""
    SAINT = ST STE
    MOUNT = MT
    FORT = FT
    HOSPITAL = HOSP HSP
    MEDICAL = MED
    CENTER = CTR CNTR CENTRE CNT
    REGIONAL = REG REGL
    MEMORIAL = MEM MEML
    COMMUNITY = COMM CMTY
    GENERAL = GEN GENL
    UNIVERSITY = UNIV U
    ASSOCIATES = ASSOC ASSOCS ASSOCIATION ASSN
    REHABILITATION = REHAB
    CHILDRENS = CHILD CHILDREN
    HEALTH = HLTH
    HEALTHCARE = HC
    PEDIATRICS = PEDS
    ORTHOPEDICS = ORTHO ORTHOPAEDICS
    SURGERY = SURG SURGICAL
    PHYSICAL = PHYS
    THERAPY = TX
    GROUP = GRP
    DEPARTMENT = DEPT
    SERVICES = SVCS SVC
    EQUIPMENT = EQUIP
    DISTRICT = DIST
    LABORATORIES = LABS LAB
    COUNTY = CNTY
    SPECIALISTS = SPEC
""")
STREET_SPELLINGS = COMPASS | spellings("""
    STREET = ST STR
    AVENUE = AVE AV
    ROAD = RD
    DRIVE = DR DRIV
    BOULEVARD = BLVD BLV BL
    LANE = LN
    COURT = CT
    PARKWAY = PKWY PKY
    HIGHWAY = HWY
    PLACE = PL
    CIRCLE = CIR
    FORT = FT
    MOUNT = MT
    CENTER = CTR CNTR CENTRE
    MEDICAL = MED
    FIRST = 1ST
    SECOND = 2ND
    THIRD = 3RD
    FOURTH = 4TH
    FIFTH = 5TH
""")
STREET_TYPES = listed("""
    STREET AVENUE ROAD DRIVE BOULEVARD LANE COURT PARKWAY HIGHWAY PLACE CIRCLE WAY
""")
UNIT_WORDS = listed("""
    SUITE STE UNIT APT FLOOR FL ROOM RM BUILDING BLDG NUMBERSIGN
""")

# Words that say nothing about which facility it is.
FILLERS = listed("""
    THE OF AND AT FOR A
    INC INCORPORATED LLC PLLC LLP LP CORP CORPORATION CO COMPANY LTD LIMITED PC PA
    GMBH KG AG SARL SRL BV OY APS
""")
# In how many of a thousand names of facilities a word stands, about: what a short list cannot tell by itself.
PER_THOUSAND = {
    word: times
    for times, listed_words in (
        (200, "HOSPITAL CENTER MEDICAL"),
        (100, "HEALTH CARE SAINT CLINIC"),
        (
            50,
            "MEMORIAL REGIONAL COMMUNITY COUNTY GROUP ASSOCIATES MEDICINE SPECIALISTS SURGERY PARTNERS PHYSICIANS "
            "HOME PHARMACY MD HEALTHCARE SERVICES SYSTEM FAMILY GENERAL NORTH SOUTH EAST WEST",
        ),
        (
            20,
            "UNIVERSITY DENTAL THERAPY PHYSICAL ORTHOPEDICS CARDIOLOGY PEDIATRICS UROLOGY DIALYSIS IMAGING URGENT "
            "SUPPLY LAKE PARK CITY CAMPUS VALLEY MOUNT FORT HOSPICE EQUIPMENT LABORATORIES REHABILITATION MERCY "
            "DERMATOLOGY ONCOLOGY NEUROLOGY RADIOLOGY WOMENS CHILDRENS EYE INTERNAL PAIN",
        ),
    )
    for word in listed_words.split()
}
# Words that tell the campuses of one hospital apart.
CAMPUS_WORDS = listed("""
    NORTH SOUTH EAST WEST NORTHEAST NORTHWEST SOUTHEAST SOUTHWEST
    MAIN DOWNTOWN UPTOWN LAKESIDE EASTGATE WESTSIDE
""")
# Mailboxes that anybody has, and those that a whole house shares.
PERSONAL_DOMAINS = listed("""
    gmail.com yahoo.com hotmail.com outlook.com aol.com icloud.com msn.com comcast.net
""")
SHARED_MAILBOXES = listed("""
    info purchasing ap orders receiving billing admin supply
    office contact sales accounts accounting support hr
""")
STATES = spellings("""
    AL = ALABAMA
    AK = ALASKA
    AZ = ARIZONA
    AR = ARKANSAS
    CA = CALIFORNIA
    CO = COLORADO
    CT = CONNECTICUT
    DE = DELAWARE
    DC = DISTRICTOFCOLUMBIA
    FL = FLORIDA
    GA = GEORGIA
    HI = HAWAII
    ID = IDAHO
    IL = ILLINOIS
    IN = INDIANA
    IA = IOWA
    KS = KANSAS
    KY = KENTUCKY
    LA = LOUISIANA
    ME = MAINE
    MD = MARYLAND
    MA = MASSACHUSETTS
    MI = MICHIGAN
    MN = MINNESOTA
    MS = MISSISSIPPI
    MO = MISSOURI
    MT = MONTANA
    NE = NEBRASKA
    NV = NEVADA
    NH = NEWHAMPSHIRE
    NJ = NEWJERSEY
    NM = NEWMEXICO
    NY = NEWYORK
    NC = NORTHCAROLINA
    ND = NORTHDAKOTA
    OH = OHIO
    OK = OKLAHOMA
    OR = OREGON
    PA = PENNSYLVANIA
    RI = RHODEISLAND
    SC = SOUTHCAROLINA
    SD = SOUTHDAKOTA
    TN = TENNESSEE
    TX = TEXAS
    UT = UTAH
    VT = VERMONT
    VA = VIRGINIA
    WA = WASHINGTON
    WV = WESTVIRGINIA
    WI = WISCONSIN
    WY = WYOMING
""")
