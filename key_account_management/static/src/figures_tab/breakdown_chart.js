/* global Chart */

import { getColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { cookie } from "@web/core/browser/cookie";

import { Component, useEffect, useRef } from "@odoo/owl";

/** Bars of a figure's rows beside those of the period before. */
export class BreakdownChart extends Component {
    static template = "key_account_management.BreakdownChart";
    static props = { labels: Array, value: Array, previous: Array };

    setup() {
        this.canvas = useRef("canvas");
        useEffect(
            () => {
                const chart = new Chart(this.canvas.el, this.config);
                return () => chart.destroy();
            },
            () => [this.props.labels, this.props.value, this.props.previous]
        );
    }

    get config() {
        const scheme = cookie.get("color_scheme");
        return {
            type: "bar",
            data: {
                labels: this.props.labels,
                datasets: [
                    { label: _t("Year before"), data: this.props.previous, backgroundColor: getColor(7, scheme, "odoo") },
                    { label: _t("This period"), data: this.props.value, backgroundColor: getColor(1, scheme, "odoo") },
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
