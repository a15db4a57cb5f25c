"""What the account managers entered in the parts of the annual reviews, and the events that they recorded.

For each account: the customer's situation (``situation``) and ``goals``; issues of the last review as side, text,
shared, result; new issues as side, text, shared; prices as product or category and proposal; terms as name, today
and proposal; events as months ago, effect, text, shared.
"""

PARTS = {
    "demo_account_growing": {
        "situation": (
            "Hansen baut Roboterzellen für den Maschinenbau und wächst im dritten Jahr zweistellig.",
            "Maschinenbauer in Norddeutschland und Skandinavien, die Fachkräfte suchen.",
            "Automatisierung von Serien unter 500 Stück; der Markt wächst um rund 8 % im Jahr.",
            "Zwei Anbieter aus Süddeutschland, die über den Preis kommen.",
            "In drei von fünf Zellen stecken unsere Antriebe; Bildsensoren erst in einer.",
        ),
        "goals": "Vorzugslieferant für Antriebe der Linien 3 und 4; gemeinsamer Greifer auf der Messe im Herbst.",
        "last": [("customer", "Lieferungen am Freitag kommen zu spät", True, "Sicherheitsbestand für 20 Artikel")],
        "issues": [
            ("ours", "Bestellungen kommen oft erst zwei Tage vor dem Termin", True),
            ("ours", "Wer entscheidet über die Linie 4?", False),
        ],
        "prices": [("demo_product_sensor_vision", 1480.0), ("demo_category_motor", 12.0)],
        "terms": [("Zahlungsziel", "30 Tage netto", "30 Tage, 2 % Skonto bei 10 Tagen")],
        "events": [
            (7, "good", "Linie 2 ohne Stillstand auf SD-10 umgestellt", True),
            (4, "bad", "Zwei Lieferungen im Sommer zu spät", False),
        ],
    },
    "demo_account_shrinking": {
        "situation": (
            "Northfield has closed two of its six lines and is concentrating on grocery packaging.",
            "Retail chains that demand recyclable packaging.",
            "Volumes are falling; new materials are the way forward.",
            "Three larger groups with newer plants.",
            "Every reading error stops a line: scanners and service for four lines.",
        ),
        "goals": "A plan for the remaining four lines, with a service contract at its core.",
        "last": [("customer", "Spare parts take too long", True, "A spare parts stock in Portland")],
        "issues": [
            ("customer", "Delivery dates are announced late", True),
            ("ours", "Who decides after the change of management?", False),
        ],
        # The price of the tunnel is below its floor: a competitor is in tests
        "prices": [("demo_category_scanner", 9.0), ("demo_product_scanner_tunnel", 15900.0)],
        "terms": [("Service contract", "Hourly rates", "Flat rate per line and year")],
        "events": [
            (14, "bad", "Two lines closed", True),
            (9, "bad", "Retrofit of the scan tunnels postponed again", False),
        ],
    },
    "demo_account_late": {
        "situation": (
            "Delta cans fruit and vegetables and is opening a new packaging hall next year.",
            "Food retail on the West Coast.",
            "Stable, with rising demands on traceability.",
            "Imports, and two canneries in the valley.",
            "Handhelds are in use everywhere; sensors for the new hall have yet to be chosen.",
        ),
        "goals": "One process from order to payment that works for both sides.",
        "last": [("ours", "Invoices are paid late", True, "Purchasing will name one contact for questions")],
        "issues": [("ours", "Plant numbers are missing on orders", True)],
        "prices": [("demo_product_scanner_hand", 349.0)],
        "terms": [("Payment", "30 days", "10 days with a 2% discount")],
        "events": [(11, "good", "Handhelds in all halls", True)],
    },
    "demo_account_returns": {
        "situation": (
            "Kessler beschriftet Implantate und baut die Reinraumfertigung aus.",
            "Hersteller von Medizintechnik in ganz Europa.",
            "Strengere Kennzeichnung nach UDI treibt die Nachfrage.",
            "Spezialisten mit eigener Lasertechnik.",
            "Dritte Zelle läuft, zwei weitere sind geplant.",
        ),
        "goals": "Rücksendungen halbieren und die Freigabe für ISO 7 bis zum Herbst.",
        "last": [
            ("customer", "Beschlagene Optik bei Beschriftungsköpfen", True, "Versiegelte Verpackung ab September")
        ],
        "issues": [("customer", "Ersatzgerät während der Reparatur", True)],
        "prices": [("demo_category_laser", 10.0)],
        "terms": [("Ersatzgeräte", "Auf Anfrage", "Ein Gerät vor Ort, berechnet bei Einsatz")],
        "events": [
            (8, "bad", "Mehrere Köpfe in einem Monat zurück", False),
            (5, "good", "Dritte Zelle im ersten Anlauf in Betrieb", True),
        ],
    },
    "demo_account_group": {
        "situation": (
            "Meridian moves parcels for retailers; Cold Chain is the newest company in the group.",
            "Online retailers and pharmacies.",
            "Same-day delivery and cold chains are growing by a fifth each year.",
            "The national carriers.",
            "Ring scanners in two of three companies, tunnels in one.",
        ),
        "goals": "One framework agreement for the whole group by spring.",
        "last": [("customer", "Each company has a different contact", True, "One account manager for all three")],
        "issues": [
            ("customer", "One open ticket on East's ring scanners", True),
            ("ours", "Lower prices only with a framework agreement", False),
        ],
        "prices": [("demo_product_scanner_ring", 250.0), ("demo_category_sensor", 8.0)],
        "terms": [
            (
                "Framework agreement",
                "Annual contracts",
                "One three-year contract, prices based on the group's volume",
            )
        ],
        "events": [(10, "good", "Second scan tunnel went live without stopping operations", True)],
    },
    "demo_account_foreign": {
        "situation": (
            "Voss baut Verpackungsmaschinen und bezieht einen Neubau in Lemgo.",
            "Lebensmittel- und Pharmahersteller weltweit.",
            "Auftragslage gut, Lieferzeiten entscheiden.",
            "Italienische Maschinenbauer.",
            "Servomotoren sind gesetzt; Getriebe seit Mai freigegeben.",
        ),
        "goals": "Vorzugslieferung in fünf Tagen und die Baugröße SM-900 in Serie.",
        "last": [
            ("customer", "Zehn Tage Lieferzeit sind zu lang", True, "Prüfung der zwanzig meistbestellten Artikel")
        ],
        "issues": [("ours", "Kursrisiko bei Preisen in Euro", False)],
        "prices": [("demo_category_motor", 9.0)],
        "terms": [("Lieferzeit", "Zehn Tage", "Fünf Tage für zwanzig Artikel")],
        "events": [(6, "good", "Getriebe PG-60 freigegeben", True)],
    },
    "demo_account_candidate": {
        "situation": (
            "Lakeside brews for the region and bottles for two other brands.",
            "Bars and grocery stores around the lakes.",
            "Craft beer is stagnating, alcohol-free beer is growing.",
            "Two larger breweries.",
            "Three filling lines, none of them using our label reading.",
        ),
        "goals": "A pilot on line 1, then a roll-out to all three lines.",
        "last": [],
        "issues": [("customer", "Misread labels stop the line for eleven minutes per shift", True)],
        "prices": [],
        "terms": [],
        "events": [(9, "good", "First custom interface in operation", True)],
    },
}
SITUATION = ("", "_customers", "_market", "_competition", "_potential")


def situation(parts):
    """:return: values of a review"""
    texts = dict(zip(SITUATION, parts["situation"], strict=True))
    return {"goals": parts["goals"]} | {f"customer_situation{name}": text for name, text in texts.items()}


def last_issues(parts):
    return [
        {"side": side, "name": name, "is_shared": shared, "result": result}
        for side, name, shared, result in parts["last"]
    ]


def issues(parts):
    return [{"side": side, "name": name, "is_shared": shared} for side, name, shared in parts["issues"]]


def conditions(env, parts):
    values = []
    for name, proposal in parts["prices"]:
        record = env.ref(f"key_account_management.{name}")
        field = "product_id" if record._name == "product.product" else "categ_id"
        values.append({"kind": "price", field: record.id, "value_proposed": proposal})
    for name, today, proposal in parts["terms"]:
        values.append({"kind": "terms", "name": name, "text_today": today, "text_proposed": proposal})
    return values
