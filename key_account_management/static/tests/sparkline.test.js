import { expect, test } from "@odoo/hoot";
import { queryAllAttributes, queryAllTexts } from "@odoo/hoot-dom";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";

import { Sparkline } from "@key_account_management/figures_tab/sparkline";

import { defineKeyAccountModels } from "./key_account_test_helpers";

defineKeyAccountModels();

const QUARTERS = ["1/2025", "2/2025", "3/2025", "4/2025", "1/2026"];

const mountSparkline = (values) =>
    mountWithCleanup(Sparkline, { props: { values, texts: values.map((value) => `${value} €`), labels: QUARTERS } });

test("the line runs from the first to the last quarter, higher values are further up", async () => {
    await mountSparkline([0, 50, 100, 50, 0]);
    expect(queryAllAttributes("polyline", "points")).toEqual(["3,19 23,11 43,3 63,11 83,19"]);
    expect(queryAllTexts("svg title")).toEqual([
        "1/2025: 0 €",
        "2/2025: 50 €",
        "3/2025: 100 €",
        "4/2025: 50 €",
        "1/2026: 0 €",
    ]);
});

test("a quarter without a value is a gap", async () => {
    await mountSparkline([0, 100, null, 100, 0]);
    expect("svg title").toHaveCount(4);
    expect(queryAllAttributes("polyline", "points")).toEqual(["3,19 23,3", "63,3 83,19"]);
});

test("a single value between gaps is not a line", async () => {
    await mountSparkline([null, 100, null, 100, 0]);
    expect("polyline").toHaveCount(1);
});

test("values that are all the same make a level line", async () => {
    await mountSparkline([7, 7, 7, 7, 7]);
    expect(queryAllAttributes("polyline", "points")).toEqual(["3,19 23,19 43,19 63,19 83,19"]);
});

test("without any value there is no picture", async () => {
    await mountSparkline([null, null, null, null, null]);
    expect("svg").toHaveCount(0);
});
