"""What people print beside a value: the words of every label, as data for the grammar in ``labels``."""

# kind, and how people print it, the surest first. "a|b" are alternatives, "?" may be missing, "#" is any of
# number, no., nr., num, nbr, "#". A rank rises with each row of a kind: "order date" is surer than "date".
FIELD_LABELS: tuple[tuple[str, str], ...] = (
    (
        "order_number",
        """
        sales? order #|id|code; sales|our order #?|ref|reference; so #; s o #; web|online|confirmed? order #?;
        order acknowledgement|acknowledgment|confirmation #|id?;
        acknowledgement|acknowledgment|confirmation|ack #; sales document|doc #?; pick|picking ticket|list|slip #;
        order|ord ref|reference; ord #; our ref|reference #?
        """,
    ),
    (
        "order_number",
        """
        order; sales order; document|doc #; ticket #; so; sales doc
        """,
    ),
    (
        "order_date",
        """
        sales? order|ord date|dt; date of? order|ordered; ordered|placed on; order placed on?; so date;
        date ordered|placed|entered; order entered|created on?;
        confirmation|acknowledgement|acknowledgment|ack date; order date time
        """,
    ),
    (
        "order_date",
        """
        ordered; document|doc date; placed; date; dated; entry date; created on?|date; issue date|d; date issued;
        entered; entered on;
        booked; order taken; taken on
        """,
    ),
    (
        "customer_number",
        """
        customer|cust|client|account|acct #|id|code; customer|cust|client account|acct #?|id;
        sold to|party #|id|code; sold to party #|id; your? customer #|id; cust account|acct|ac #?;
        ship|bill to #|id|code; customer ref code
        """,
    ),
    (
        "customer_number",
        """
        account; acct; cust; client; customer; a c #?; buyer #|id|code
        """,
    ),
    (
        "po_number",
        """
        customer|cust|your|buyer|buyers|client purchase? order #?;
        customer|cust|customers|your|client|buyer|buyers po #|ref|reference?; purchase order #|ref|reference?;
        po #|ref|reference; p o #|ref|reference?;
        customer|customers|cust|your|client|buyer|buyers ref|reference #?; customer|cust|your p o #?;
        purchase order|ord; customer order #|ref; po; your order #?|ref|reference
        """,
    ),
    (
        "ship_date",
        """
        actual|est|estimated|expected? ship|shipping|shipment|delivery date|dt|by|on|day;
        actual|est|estimated|expected? deliver|dispatch|despatch|arrival date|dt|by|on|day;
        planned|promised|promise|requested? ship|shipping|shipment|delivery date|dt|by|on|day;
        planned|promised|promise|requested? deliver|dispatch|despatch|arrival date|dt|by|on|day;
        req|reqd|required|scheduled|sched? ship|shipping|shipment|delivery date|dt|by|on|day;
        req|reqd|required|scheduled|sched? deliver|dispatch|despatch|arrival date|dt|by|on|day;
        projected|proposed|confirmed|target? ship|shipping|shipment|delivery date|dt|by|on|day;
        projected|proposed|confirmed|target? deliver|dispatch|despatch|arrival date|dt|by|on|day;
        date shipped|promised; shipped|ships|dispatched|delivered on|by|date;
        promised|promise|requested|req|reqd|required|scheduled date|dt|by|for?;
        expected|estimated|est|requested ship|shipping|shipment|delivery|arrival|dispatch;
        planned|scheduled|confirmed|promised ship|shipping|shipment|delivery|arrival|dispatch;
        ship|deliver|delivery|dispatch date time?; ship|deliver|shipping|delivery on|by; delivery; ships|shipped;
        date required|requested|needed; need by date?; eta; etd
        """,
    ),
    (
        "rep",
        """
        sales rep|representative|person|associate|agent|executive|consultant|contact code|name|#?;
        rep|representative code|name|#?; sales employee|clerk|engineer|assistant;
        salesperson|salesman|slsmn|slsm|slsp|slsrep|slspsn name|#|code?;
        sales|inside|outside|territory|account|acct sales? rep|representative|manager|mgr|executive|exec|by;
        your|our sales? rep|representative|contact; sold by; sales; seller contact; slsprsn
        """,
    ),
    (
        "tracking_number",
        """
        tracking|track|trk|tracer #|id|code|ref?; carrier|usps|ups|fedex|dhl tracking #?;
        pro|awb|waybill|airbill|parcel|consignment #; awb; waybill; airbill; shipment|shipping tracking #?; trk;
        tracking info|information
        """,
    ),
    (
        "contact_email",
        """
        customer|cust|contact|buyer|buyers|your|client|billing|purchaser e? email|mail address?;
        email|emails to|address|id?; e mail address?; mail; confirmation|confirm|send|sent emailed? to
        """,
    ),
    (
        "contact_phone",
        """
        customer|cust|contact|buyer|buyers phone|telephone|tel|ph|mobile #?;
        your|client|billing|purchaser|recipient phone|telephone|tel|ph|mobile #?; ship to phone|telephone|tel #?;
        phone|telephone|tel|ph|mobile|cell #?
        """,
    ),
    (
        "contact",
        """
        customer|your|order|ordered|buyer|purchasing contact name|person?; contact name|person|info|details|#?;
        ordered|requested|placed by; attn|attention; buyer name?; c o
        """,
    ),
    (
        "subtotal",
        """
        sub total; subtotal; net order|amount|value|total|sales|price; untaxed amount|total;
        merchandise|goods|items|item|product|products|line|lines|material sub? total|subtotal|value|amount;
        order sub total; order subtotal; total net amount|value|price?;
        total before|excl|excluding|ex tax|taxes|vat; total merchandise|goods|items|lines; merchandise;
        merch total?; value of goods; order amount
        """,
    ),
    (
        "freight",
        """
        freight|shipping|postage|carriage|delivery|handling charge|charges|cost|costs|fee|fees|amount|total|amt?;
        freight|shipping|postage|carriage & handling|h|insurance|packing|delivery|p charge|charges|cost|costs?;
        freight|shipping|postage|carriage & handling|h|insurance|packing|delivery|p fee|fees|amount|total|amt?;
        delivery|ship|s|p|shipment & handling|h|insurance|packing|delivery|p charge|charges|cost|costs?;
        delivery|ship|s|p|shipment & handling|h|insurance|packing|delivery|p fee|fees|amount|total|amt?;
        freight|shipping|delivery handling charge|charges|cost|fee|amount?; total freight|shipping; shipping h;
        postage packing; freight in|out; est|estimated shipping|freight;
        transport|transportation|courier charge|charges|cost|fee?; add freight|shipping
        """,
    ),
    (
        "tax",
        """
        sales|state|local|total|est? sales? tax|taxes|vat|gst|hst total|amount|amt?;
        estimated|vat|output|use|state? sales? tax|taxes|vat|gst|hst total|amount|amt?; tax vat; vat tax;
        sales tax total; state local tax; estimated sales tax; total sales tax; add sales? tax
        """,
    ),
    (
        "total",
        """
        sales? order|grand|document|net|gross|invoice|final|overall total|value amount|value|due|usd|us|price?;
        total order|gross value|amount|price?;
        total amount|usd|us|due|value|price|payable|including|incl tax|vat|usd|due?; grand total usd?;
        total incl|including|with|inc tax|vat|taxes; total; amount due|payable|total;
        final|overall|payable amount; you pay
        """,
    ),
    (
        "order_number_and_date",
        """
        sales? order|confirmation|document|acknowledgement? # date; order date #
        """,
    ),
    (
        "po_number_and_date",
        """
        customer|your? po|purchase|reference|ref order? #? date; your order #? date
        """,
    ),
    (
        "sold_to",
        """
        sold to party|address|name?; ordered by; buyer address|information?; customer address|information|details?;
        sold;        purchaser; client address
        """,
    ),
    (
        "bill_to",
        """
        bill|billed|billing|invoice|invoicing|invoiced|charge to|address|party|information|details|name address?;
        invoice to address; bill to party|address|name|customer; name address; customer name address;
        mail|send invoice|invoices to; billing; payer
        """,
    ),
    (
        "ship_to",
        """
        ship|shipped|shipping|deliver|delivered|delivery to|address|recipient|location address?;
        ship|shipped|shipping|deliver|delivered|delivery information|details|party|name address?;
        consign|consigned|send|goods|dispatch|despatch to|address|recipient|location address?;
        consign|consigned|send|goods|dispatch|despatch information|details|party|name address?;
        ship|shipping|deliver|delivery to address|party|name|customer|location; consignee name|address?;
        deliver goods to; recipient; receiver; destination; goods recipient; to; delivering to; shipping to;
        ships|sent to
        """,
    ),
    (
        "seller",
        """
        from; ship|shipped|ships|sold|dispatched|shipping from; remit to|address; remit payment|payments to;
        seller; vendor; supplier; shipper; return address|to; sender; send payment|remittance to;
        mail|make payment|checks to|payable; pickup address
        """,
    ),
    (
        "page",
        """
        page; page #; pg; sheet
        """,
    ),
    (
        "lots",
        """
        lot|lots|batch|serial|ser #|s|code|numbers?; lot serial|batch #?; lot # s?; s n; sn
        """,
    ),
    (
        "expiry",
        """
        exp|expiry|expiration|expires|expire|expiring date|dt|on?; use|best by|before; bbd;
        mfg|mfd|manufactured date|on?
        """,
    ),
    (
        "sku",
        """
        sku #?; item|part|product|catalog|catalogue|cat|mfr|mfg|stock|article|material|model|ref #|code; item sku
        """,
    ),
    (
        "other_money",
        """
        less|trade|order|line|total? discount|discounts|deposit|rebate %|amount|total?;
        customer|promo|promotion|volume|member? discount|discounts|deposit|rebate %|amount|total?; order balance;
        balance due|forward?; amount|payments|payment|deposit|total|less paid|received|deposit; paid;
        less prepayment|payment|payments; deposit; credit applied; savings; promo code; coupon; gift card;
        paid by; backordered|shipped amount|total|value
        """,
    ),
    (
        "carrier",
        """
        carrier name|service?; ship|shipping|shipped|sent|freight|deliver|delivery via; via;
        ship|shipping|shipment|freight|delivery|transport method|mode|carrier|service; courier; courier name|service;
        forwarding agent; forwarder; freight company
        """,
    ),
    (
        "other",
        """
        payment|pay|pmt|billing? terms|term; terms of? payment|sale|delivery|shipment?;
        payment method|type|due|status;
        ship|shipping|shipped|delivery via|method|mode|terms|service|by|instructions|code|type;
        freight|carrier|deliver|sent via|method|mode|terms|service|by|instructions|code|type; via;
        carrier service|code|name?; service level|type?; fob point|code?; f o b point?; incoterms|incoterm;
        inco terms?; currency; curr; department; dept;
        warehouse|whse|wh|whs|plant|location|loc|site|branch|bin code|#?; shelf; zone; status;
        order status|type|source|class|time|priority|via|method|entered taken? by?; type; priority; due date;
        print|printed|pick|picked|run|system|invoice|quote date|time|on|by;
        quotation|valid|expiry|payment|cancel|cancellation|effective|revision|rev date|time|on|by; printed; time;
        invoice|inv|quote|quotation|delivery|shipment|packing|slip|load|bol #|id|code|registration|exempt;
        contract|job|project|reference|ref|release|vendor|supplier|vat|tax #|id|code|registration|exempt;
        ein|fein|duns|license|licence|dea|fda|registration|packlist|packlst #|id|code|registration|exempt;
        manifest|route|stop|wave|rma|return|case|blanket|document|project #|id|code|registration|exempt;
        packing slip|list #; bill of lading #?; reference; ref; inv; invoice; quote; quotation; contract;
        weight|wt|actwgt|dimmed|dims|cad|gross|net weight|wt?;
        total weight|cartons|boxes|pieces|packages|pieces|units|quantity|qty|cube|volume|lines|items;
        # of cartons|boxes|packages|pieces; cartons; packages; boxes; pieces;
        ref|reference #? 1|2|3; notes|note|comments|comment|remarks|remark|memo|message|instructions;
        special|shipping|delivery|order instructions|notes|comments|note|remarks|comment;
        customer|internal|packing|line|handling instructions|notes|comments|note|remarks|comment;
        authorized|authorised|approved|prepared|picked|packed|checked|shipped|entered|taken|received by;
        closed|created|written|processed|reviewed|confirmed|issued|delivered|verified|released|counted|loaded by;
        entered; signature; sign; fax #?; website; web; url; bank account|name|details?; iban; swift;
        customer since|type|class|group|service|signature|copy; attached; subject; re; title; company; buyer;
        territory; region; tax exempt|id|rate|code|group|class|schedule; resale #; revision; rev; version;
        country; state; city; zip; order|ordered qty|quantity; questions; closure date|notes
        """,
    ),
)
