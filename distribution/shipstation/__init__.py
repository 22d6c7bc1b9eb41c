"""ShipStation: fetch its shipments page by page, keep the pages, and read shipments from them.

``client`` speaks its HTTP, ``fetching`` stores pages so that a fetch can be cut and resumed,
``reported`` reads a page's shipments, ``lots_in_notes`` finds lots that are unmistakable.
"""
