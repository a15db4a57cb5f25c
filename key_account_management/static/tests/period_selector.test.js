import { expect, test } from "@odoo/hoot";
import { click, queryAllValues } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { getPickerCell } from "@web/../tests/core/datetime/datetime_test_helpers";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";

import { PeriodSelector } from "@key_account_management/period_selector/period_selector";

import { defineKeyAccountModels, FRAME, useGermanFormats } from "./key_account_test_helpers";

defineKeyAccountModels();

/** Each change that it is told of is a step. */
class Parent extends Component {
    static components = { PeriodSelector };
    static props = { period: String };
    static template = xml`<PeriodSelector frame="frame" state="state" onChange.bind="onChange"/>`;

    setup() {
        this.frame = FRAME;
        this.state = useState({ period: this.props.period, dateFrom: "2026-01-01", dateTo: "2026-06-30" });
    }

    onChange() {
        const { period, dateFrom, dateTo } = this.state;
        expect.step(`${period}: ${dateFrom} to ${dateTo}`);
    }
}

const mountSelector = (period) => mountWithCleanup(Parent, { props: { period } });

test("a predefined period is shown with the previous one, and has no days to choose", async () => {
    await mountSelector("last_year");
    expect("select").toHaveValue("last_year");
    expect("select option").toHaveCount(3);
    expect("span.text-muted").toHaveText("01.01.2026 – 30.06.2026, compared with 01.01.2025 – 30.06.2025");
    expect(".o_datetime_input").toHaveCount(0);
});

test("choosing another period requests its days", async () => {
    await mountSelector("year_to_date");
    await contains("select").select("free");
    expect.verifySteps(["free: 2026-01-01 to 2026-06-30"]);
    expect(queryAllValues(".o_datetime_input")).toEqual(["01/01/2026", "06/30/2026"]);
});

test("a day is chosen from the calendar, and reported once", async () => {
    await mountSelector("free");
    await contains(".o_datetime_input:first").click();
    await click(getPickerCell("15"));
    await animationFrame();
    expect(".o_datetime_picker").toHaveCount(0);
    expect.verifySteps(["free: 2026-01-15 to 2026-06-30"]);
});

test("a day is typed in the format of the user's language", async () => {
    useGermanFormats();
    await mountSelector("free");
    expect(queryAllValues(".o_datetime_input")).toEqual(["01.01.2026", "30.06.2026"]);
    await contains(".o_datetime_input:last").edit("31.03.2026", { confirm: "enter" });
    expect.verifySteps(["free: 2026-01-01 to 2026-03-31"]);
});

test("a removed day is reported as empty", async () => {
    await mountSelector("free");
    await contains(".o_datetime_input:first").edit("", { confirm: "enter" });
    expect.verifySteps(["free:  to 2026-06-30"]);
});
