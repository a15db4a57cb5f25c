{
    "name": "Key Account Management: Inventory",
    "version": "19.0.2.4.0",
    "category": "Sales/Sales",
    "summary": "Stock turnover, returns by quantity and delivery reliability of your key accounts",
    "author": "Key Account Management contributors",
    "license": "LGPL-3",
    "depends": [
        "key_account_management",
        "sale_stock",
    ],
    "data": [
        "data/key_account_kpi_data.xml",
    ],
    "auto_install": True,
}
