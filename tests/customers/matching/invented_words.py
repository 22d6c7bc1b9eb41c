"""Words of which invented facilities are made: American towns, streets, names, and how people shorten them."""


def listed(text: str) -> list[str]:
    """Return the words of ``text``."""
    return text.split()


# state: (full name, first zip3, last zip3, area codes)
STATES = {
    "AL": ("Alabama", 350, 369, "205 251 256 334"),
    "AZ": ("Arizona", 850, 865, "480 520 602 623"),
    "AR": ("Arkansas", 716, 729, "479 501 870"),
    "CA": ("California", 900, 961, "213 310 408 415 510 619 714 818 916"),
    "CO": ("Colorado", 800, 816, "303 719 970"),
    "CT": ("Connecticut", 60, 69, "203 860"),
    "FL": ("Florida", 320, 349, "305 352 407 561 727 813 904"),
    "GA": ("Georgia", 300, 319, "404 478 706 770 912"),
    "IL": ("Illinois", 600, 629, "217 309 312 618 630 708 773"),
    "IN": ("Indiana", 460, 479, "219 260 317 765 812"),
    "IA": ("Iowa", 500, 528, "319 515 563 712"),
    "KS": ("Kansas", 660, 679, "316 620 785 913"),
    "KY": ("Kentucky", 400, 427, "270 502 606 859"),
    "LA": ("Louisiana", 700, 714, "225 318 337 504"),
    "ME": ("Maine", 39, 49, "207"),
    "MD": ("Maryland", 206, 219, "240 301 410 443"),
    "MA": ("Massachusetts", 10, 27, "413 508 617 781 978"),
    "MI": ("Michigan", 480, 499, "231 248 313 517 616 734"),
    "MN": ("Minnesota", 550, 567, "218 320 507 612 651"),
    "MS": ("Mississippi", 386, 397, "228 601 662"),
    "MO": ("Missouri", 630, 658, "314 417 573 636 816"),
    "NE": ("Nebraska", 680, 693, "308 402"),
    "NV": ("Nevada", 889, 898, "702 775"),
    "NH": ("New Hampshire", 30, 38, "603"),
    "NJ": ("New Jersey", 70, 89, "201 609 732 856 908 973"),
    "NM": ("New Mexico", 870, 884, "505 575"),
    "NY": ("New York", 100, 149, "212 315 518 585 607 631 716 718 914"),
    "NC": ("North Carolina", 270, 289, "252 336 704 828 910 919"),
    "OH": ("Ohio", 430, 458, "216 330 419 513 614 740 937"),
    "OK": ("Oklahoma", 730, 749, "405 580 918"),
    "OR": ("Oregon", 970, 979, "503 541"),
    "PA": ("Pennsylvania", 150, 196, "215 412 570 610 717 724 814"),
    "SC": ("South Carolina", 290, 299, "803 843 864"),
    "TN": ("Tennessee", 370, 385, "423 615 731 865 901"),
    "TX": ("Texas", 750, 799, "210 214 254 281 361 512 713 806 817 903 915"),
    "UT": ("Utah", 840, 847, "435 801"),
    "VA": ("Virginia", 220, 246, "276 434 540 703 757 804"),
    "WA": ("Washington", 980, 994, "206 253 360 425 509"),
    "WV": ("West Virginia", 247, 268, "304"),
    "WI": ("Wisconsin", 530, 549, "262 414 608 715 920"),
}
TOWN_A = listed("""
    Spring Green Fair Oak Maple Cedar Pine River Lake Mill Stone Ash Brook Clear Clin Frank George Jackson Madi
    Mar Mid New North South West East Kings Queens Win Wood Hills Glen Har Lan Ply Read Roch Salis Shel Well
""")
TOWN_B = listed("""
    field ville ton burg wood dale port ford view mont haven bury land brook ridge crest worth chester
""")
TOWN_PREFIX = ["", "Fort ", "Saint ", "Mount ", "North ", "West ", "Port ", "Lake "]
TOWN_SUFFIX = ["", "", "", " Springs", " Heights", " Park", " City"]
SURNAMES = listed("""
    Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson
    Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis
    Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera
    Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart
    Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim
    Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo
    Sanders Patel Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell Coleman Butler
    Henderson Barnes Gonzales Fisher Vasquez Simmons Romero Jordan Patterson Alexander Hamilton Graham Reynolds
    Griffin Wallace Moreno West Cole Hayes Bryant Herrera Gibson Ellis Tran Medina Aguilar Stevens Murray Ford
    Castro Marshall Owens Harrison Fernandez McDonald Woods Washington Kennedy Wells Vargas Henry Chen Freeman
    Webb Tucker Guzman Burns Crawford Olson Simpson Porter Hunter Gordon Mendez Silva Shaw Snyder Mason Dixon
    Munoz Hunt Hicks Holmes Palmer Wagner Black Robertson Boyd Stone Salazar Fox Warren Mills Meyer Rice Schmidt
    Garza Daniels Ferguson Nichols Stephens Soto Weaver Ryan Gardner Payne Grant Dunn
""")
FIRST = listed("""
    Mary James Linda Robert Susan David Karen John Nancy Paul Lisa Mark Betty Steven Donna Kevin Carol Brian Ruth
    Jason
""")
SAINTS = listed("""
    Mary Joseph Luke Francis Vincent Anthony John Elizabeth Michael Anne Catherine Thomas Peter Jude Clare Agnes
""")
SYSTEM_WORDS = ["Sacred Heart", "Holy Cross", "Good Samaritan"] + listed("""
    Mercy Providence Trinity Baptist Methodist Lutheran Adventist Presbyterian Memorial Community Regional Unity
    Summit Horizon Beacon Pinnacle Heritage Legacy Evergreen Intermountain Cascade Piedmont Tidewater Bluegrass
    Lakeland Bayfront Riverside Northstar Ascent Meridian Beaumont Sentara
""")
HOSPITAL_TYPES = [
    "Hospital",
    "Medical Center",
    "Regional Medical Center",
    "Community Hospital",
    "Memorial Hospital",
    "General Hospital",
    "Rehabilitation Hospital",
    "Children's Hospital",
    "Surgical Hospital",
    "Health Center",
]
CAMPUS = [
    "North Campus",
    "South Campus",
    "East Campus",
    "West Campus",
    "Main Campus",
    "Downtown",
    "Lakeside",
    "Eastgate",
    "Westside",
]
SPECIALTIES = [
    "Family Medicine",
    "Pediatrics",
    "Orthopedics",
    "Dental Care",
    "Eye Care",
    "Urology",
    "Cardiology",
    "Dermatology",
    "Internal Medicine",
    "Women's Health",
    "Pain Management",
    "Physical Therapy",
    "Surgery Center",
    "Oncology",
    "Gastroenterology",
    "Neurology",
    "Allergy and Asthma",
    "Foot and Ankle",
    "Urgent Care",
    "Radiology",
]
GROUPS = ["Associates", "Clinic", "Center", "Group", "Partners", "Specialists", "Physicians", "of {city}", ""]
CHAIN_A = listed("""
    Pro Care Medi Home Life Apex Omni Well Prime Sun Blue Star Vita Allied Alpha Metro United First Total True
""")
CHAIN_B = [
    "Home Medical",
    "Medical Supply",
    "Dialysis",
    "Pharmacy",
    "Oxygen & Respiratory",
    "Imaging Center",
    "Sleep Center",
    "Mobility",
    "Infusion Services",
    "Urgent Care",
    "Hospice",
    "Home Health",
]
COMPANY_B = [
    "Medical Supply",
    "Surgical",
    "Healthcare Products",
    "Medical Distributors",
    "Biomedical",
    "Orthotics and Prosthetics",
    "Laboratories",
    "Medical Equipment",
    "Healthcare Systems",
    "Instruments",
]
LEGAL = ["", "", "", "Inc", "Inc.", "LLC", ", LLC", ", Inc.", "PC", "P.C.", "PLLC", "LLP", "Corp", "Co"]
STREETS = ["Medical Center", "Ross Clark", "Martin Luther King", "Old Mill", "State Line", "County Line"] + listed("""
    Main Oak Maple Cedar Park Elm Washington Lake Hill Walnut Spring North Ridge Church Willow Mill Sunset
    Railroad Jackson West South Highland Forest River Meadow Broad Chestnut Franklin Lincoln Jefferson Adams
    Madison Monroe Cherry Dogwood Hickory Magnolia Poplar Spruce College University Hospital 2nd 3rd 4th 5th 12th
    21st 42nd
""")
STREET_TYPES = [
    "Street",
    "Street",
    "Street",
    "Avenue",
    "Avenue",
    "Road",
    "Road",
    "Drive",
    "Boulevard",
    "Lane",
    "Court",
    "Parkway",
    "Highway",
    "Place",
    "Circle",
    "Way",
]
DIRECTIONS = ["", "", "", "", "North", "South", "East", "West", "Northwest", "Southeast"]
UNITS = ["Suite", "Suite", "Suite", "Unit", "Floor", "Room", "Building"]
DEPARTMENTS = [
    "Attn: Receiving",
    "Attn: Accounts Payable",
    "Dept of Surgery",
    "OR Dept",
    "Central Supply",
    "Materials Management",
    "Purchasing",
    "Pharmacy",
    "Urology Dept",
    "Sterile Processing",
    "c/o Receiving Dock",
]
ROLES = listed("info purchasing ap orders receiving billing admin supply")
PERSONAL = ["gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "aol.com"]
# full form -> accepted short forms
SHORT = {
    "Saint": ["St.", "St"],
    "Hospital": ["Hosp", "Hosp."],
    "Medical": ["Med"],
    "Center": ["Ctr", "Cntr", "Centre"],
    "Regional": ["Reg", "Reg'l"],
    "Memorial": ["Mem", "Meml"],
    "Community": ["Comm", "Cmty"],
    "General": ["Gen"],
    "University": ["Univ", "U"],
    "Associates": ["Assoc", "Assocs"],
    "Rehabilitation": ["Rehab"],
    "Children's": ["Childrens", "Child"],
    "Health": ["Hlth"],
    "Healthcare": ["Health Care"],
    "Pediatrics": ["Peds"],
    "Orthopedics": ["Ortho", "Orthopaedics"],
    "Surgery": ["Surg"],
    "Physical": ["Phys"],
    "Therapy": ["Tx"],
    "and": ["&", "+"],
    "Group": ["Grp"],
    "Department": ["Dept"],
    "Services": ["Svcs", "Svc"],
    "Equipment": ["Equip"],
    "Distributors": ["Dist"],
    "Laboratories": ["Labs"],
    "County": ["Co", "Cnty"],
    "Mount": ["Mt", "Mt."],
    "Fort": ["Ft", "Ft."],
    "North": ["N", "N."],
    "South": ["S", "S."],
    "East": ["E", "E."],
    "West": ["W", "W."],
    "Northwest": ["NW", "N.W."],
    "Southeast": ["SE", "S.E."],
    "Street": ["St", "St.", "Str"],
    "Avenue": ["Ave", "Ave.", "Av"],
    "Road": ["Rd", "Rd."],
    "Drive": ["Dr", "Dr."],
    "Boulevard": ["Blvd", "Blvd."],
    "Lane": ["Ln"],
    "Court": ["Ct"],
    "Parkway": ["Pkwy", "Pky"],
    "Highway": ["Hwy"],
    "Place": ["Pl"],
    "Circle": ["Cir"],
    "Suite": ["Ste", "Ste.", "#", "STE"],
    "Floor": ["Fl"],
    "Room": ["Rm"],
    "Building": ["Bldg"],
    "Specialists": ["Spec"],
    "Physicians": ["Phys"],
}
KEYS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopqsdfghjklaxcvbnmz", strict=True))  # the key to the right
SYSTEM_SIZES = [2, 3, 4, 5, 6, 7, 8, 12]
