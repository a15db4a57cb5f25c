/* global Chart */

import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";

import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";

// Both are seen on a light and on a dark ground
const COLOR = "#1f8a80";
const PREVIOUS_COLOR = "#b8c4d1";

/** Bars of a figure's rows beside those of the period before. */
export class BreakdownChart extends Component {
    static template = "key_account_management.BreakdownChart";
    static props = { labels: Array, value: Array, previous: Array };

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
                plugins: { legend: { position: "bottom" } },
            },
        };
    }
}
