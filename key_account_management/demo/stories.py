"""What happens with each customer in the demo data, as numbers."""

from dataclasses import dataclass

# Months of history, the current one included
MONTHS = 27
# In which month (0 is the oldest) suppliers raised their prices, and by how much
COST_RISE_MONTH, COST_RISE = 14, 1.06
# January to December
SEASON = (0.9, 0.95, 1.1, 1.0, 1.0, 1.05, 0.85, 0.8, 1.1, 1.15, 1.1, 0.95)


@dataclass
class Story:
    """How a customer buys and pays.

    ``monthly``: revenue of the first month in US dollars; ``growth`` of it in a year; ``orders`` a year, always in
    the same months so that a year compares well with the next; ``pays_after``: days from the invoice, least and
    most; ``products``: names in the XML file with their weights; ``returns``: share of invoices that part of the
    goods is returned for, or of ``returned`` if given; ``down_payment_every``: orders per down payment (0: none).
    What a customer pays is in their price list.
    """

    monthly: float
    growth: float
    orders: int
    pays_after: tuple[int, int]
    products: dict[str, float]
    returns: float = 0.02
    returned: str = ""
    seller: str = "demo_user_rep_alex"
    down_payment_every: int = 0


ROBIN = "demo_user_rep_robin"

KEY_ACCOUNTS = {
    "demo_account_growing": Story(
        72_000,
        0.28,
        15,
        (18, 30),
        seller=ROBIN,
        products={
            "sensor_vision": 4,
            "sensor_photo": 2,
            "motor_servo": 4,
            "motor_drive": 4,
            "laser_safety": 3,
            "software_vision": 2,
            "sensor_ind": 1,
        },
    ),
    "demo_account_shrinking": Story(
        118_000,
        -0.3,
        13,
        (28, 44),
        products={
            "scanner_fixed": 4,
            "scanner_tunnel": 3,
            "motor_roller": 3,
            "sensor_reflector": 0.5,
            "sensor_photo": 2,
            "software_track": 2,
            "service_maintenance": 1,
        },
    ),
    "demo_account_late": Story(
        39_000,
        0.04,
        14,
        (58, 92),
        products={
            "scanner_hand": 3,
            "sensor_ultra": 3,
            "motor_gear": 2,
            "motor_step": 2,
            "laser_distance": 2,
            "service_training": 0.4,
        },
    ),
    "demo_account_returns": Story(
        46_000,
        0.06,
        12,
        (24, 34),
        returns=0.6,
        returned="laser_head",
        seller=ROBIN,
        products={
            "laser_head": 3,
            "laser_marker": 3,
            "sensor_vision": 3,
            "sensor_ultra": 2,
            "software_vision": 1,
            "service_commission": 0.4,
        },
    ),
    "demo_account_group": Story(
        42_000,
        0.03,
        6,
        (26, 36),
        down_payment_every=5,
        products={"scanner_tunnel": 3, "scanner_fixed": 3, "software_track": 3, "software_connect": 2},
    ),
    "demo_account_group_east": Story(
        56_000,
        0.14,
        10,
        (26, 36),
        products={"scanner_hand": 4, "scanner_ring": 3, "motor_roller": 4, "sensor_photo": 2, "sensor_reflector": 0.5},
    ),
    "demo_account_group_cold": Story(
        24_000,
        0.22,
        6,
        (24, 34),
        products={"sensor_ultra": 3, "scanner_hand": 2, "motor_gear": 2, "service_maintenance": 1},
    ),
    "demo_account_foreign": Story(
        63_000,
        0.1,
        10,
        (12, 28),
        seller=ROBIN,
        products={
            "motor_servo": 5,
            "motor_drive": 5,
            "motor_gear": 3,
            "motor_step": 2,
            "sensor_ind": 2,
            "laser_distance": 1,
        },
    ),
    "demo_account_candidate": Story(
        15_000,
        0.18,
        6,
        (26, 40),
        products={"software_custom": 2, "sensor_photo": 3, "sensor_ultra": 2, "motor_step": 2, "scanner_fixed": 2},
    ),
}

_MIXED = {"scanner_hand": 2, "sensor_photo": 2, "sensor_ind": 2, "motor_step": 2, "laser_distance": 1, "motor_gear": 1}

CUSTOMERS = {
    f"demo_customer_{number}": Story(4_500 + 900 * number, 0.02 * (number % 5 - 2), 2, (22, 48), _MIXED)
    for number in range(1, 13)
}
