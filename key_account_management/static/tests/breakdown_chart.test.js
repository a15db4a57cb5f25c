import { expect, test } from "@odoo/hoot";
import { animationFrame, queryOne } from "@odoo/hoot-dom";
import { Component, useState, xml } from "@odoo/owl";
import { mountWithCleanup, preloadBundle } from "@web/../tests/web_test_helpers";

import { BreakdownChart } from "@key_account_management/figures_tab/breakdown_chart";

import { defineKeyAccountModels, useGermanFormats } from "./key_account_test_helpers";

defineKeyAccountModels();
preloadBundle("web.chartjs_lib");

const ROWS = { kind: "money", labels: ["Jan", "Feb"], value: [160000, 1234.5], previous: [120000, null] };

const chart = () => Chart.getChart(queryOne("canvas"));
const mountChart = (props = {}) => mountWithCleanup(BreakdownChart, { props: { ...ROWS, ...props } });

test("bars of this period are next to those of the previous year", async () => {
    await mountChart();
    const { labels, datasets } = chart().data;
    expect(labels).toEqual(["Jan", "Feb"]);
    expect(datasets.map(({ label, data }) => [`${label}`, data])).toEqual([
        ["Previous year", [120000, null]],
        ["This period", [160000, 1234.5]],
    ]);
});

test("numbers are in the format of the user's language", async () => {
    useGermanFormats();
    await mountChart();
    const { scales, plugins } = chart().config.options;
    expect(scales.y.ticks.callback(160000)).toBe("160.000");
    const hovered = { dataset: { label: "This period" }, raw: 1234.5 };
    expect(plugins.tooltip.callbacks.label(hovered)).toBe("This period: 1.234,5");
});

test("shares are shown as percentages", async () => {
    await mountChart({ kind: "percent", value: [0.25, 0.3], previous: [0.2, null] });
    expect(chart().config.options.scales.y.ticks.callback(0.25)).toBe("25%");
});

test("other rows are another chart, and the one before is destroyed", async () => {
    class Parent extends Component {
        static components = { BreakdownChart };
        static props = {};
        static template = xml`<BreakdownChart t-props="{ ...state }"/>`;

        setup() {
            this.state = useState({ ...ROWS });
        }
    }
    const parent = await mountWithCleanup(Parent);
    const first = chart();
    Object.assign(parent.state, { labels: ["Robots"], value: [10], previous: [20] });
    await animationFrame();
    expect(chart() === first).toBe(false);
    expect(chart().data.labels).toEqual(["Robots"]);
    expect(first.ctx).toBe(null);
});
