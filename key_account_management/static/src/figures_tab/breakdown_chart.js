import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatPercentage } from "@web/views/fields/formatters";

import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";

// Both are visible on a light and on a dark background
const COLOR = "#1f8a80";
const PREVIOUS_COLOR = "#b8c4d1";

/** Bars of a figure's rows next to those of the previous period. */
export class BreakdownChart extends Component {
    static template = "key_account_management.BreakdownChart";
    static props = { kind: String, labels: Array, value: Array, previous: Array };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new Chart(this.canvas.el, this.config);
                return () => chart.destroy();
            },
            () => [this.props.labels, this.props.value, this.props.previous]
        );
    }

    /** In the user's language, like all numbers in the web client: 160.000 in German. */
    format(value) {
        return this.props.kind === "percent" ? formatPercentage(value) : formatFloat(value, { trailingZeros: false });
    }

    get config() {
        return {
            type: "bar",
            data: {
                labels: this.props.labels,
                datasets: [
                    { label: _t("Previous year"), data: this.props.previous, backgroundColor: PREVIOUS_COLOR },
                    { label: _t("This period"), data: this.props.value, backgroundColor: COLOR },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                scales: { y: { ticks: { callback: (value) => this.format(value) } } },
                plugins: {
                    legend: { position: "bottom" },
                    tooltip: {
                        callbacks: { label: ({ dataset, raw }) => `${dataset.label}: ${this.format(raw)}` },
                    },
                },
            },
        };
    }
}
