import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatPercentage } from "@web/views/fields/formatters";

import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";

// Both are seen on a light and on a dark ground
const COLOR = "#1f8a80";
const PREVIOUS_COLOR = "#b8c4d1";

/** Bars of a figure's rows beside those of the period before. */
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

    /** As all numbers of the web client are in the user's language: 160.000 in German. */
    format(value) {
        return this.props.kind === "percent" ? formatPercentage(value) : formatFloat(value, { trailingZeros: false });
    }

    get config() {
        return {
            type: "bar",
            data: {
                labels: this.props.labels,
                datasets: [
                    { label: _t("Year before"), data: this.props.previous, backgroundColor: PREVIOUS_COLOR },
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
