import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, onWillUpdateProps, useState } from "@odoo/owl";

import { PeriodSelector } from "../period_selector/period_selector";
import { BreakdownChart } from "./breakdown_chart";
import { Sparkline } from "./sparkline";

/** The figures of the account whose form is open. The server computes and formats, this only shows. */
export class FiguresTab extends Component {
    static template = "key_account_management.FiguresTab";
    static components = { BreakdownChart, PeriodSelector, Sparkline };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({
            period: "year_to_date",
            dateFrom: "",
            dateTo: "",
            cockpit: null,
            trend: null,
            open: null,
            breakdown: "month",
            rows: null,
            kinds: null,
            error: "",
        });
        // Not before it is mounted: a form that is drawn anew meanwhile would make the tab, and ask, again
        onMounted(() => this.load());
        onWillUpdateProps(async (props) => {
            if (props.record.resId !== this.props.record.resId) {
                await this.load(props.record.resId);
            }
        });
    }

    /** An answer that comes after a later question was asked is dropped. */
    async load(accountId = this.props.record.resId) {
        const asked = (this.asked = Symbol());
        Object.assign(this.state, { error: "", open: null, rows: null, kinds: null, trend: null });
        if (!accountId) {
            this.state.cockpit = null;
            return;
        }
        const { period, dateFrom, dateTo } = this.state;
        if (period === "free" && !(dateFrom && dateTo)) {
            return;
        }
        const cockpit = await this.call("get_key_account_cockpit", accountId, [period, dateFrom, dateTo]);
        if (!cockpit || asked !== this.asked) {
            return;
        }
        Object.assign(this.state, { cockpit, dateFrom: cockpit.date_from, dateTo: cockpit.date_to });
        // Trends take longer than the figures: they come when they are there
        this.call("get_key_account_trend", accountId, [cockpit.date_to]).then((trend) => {
            if (asked === this.asked) {
                this.state.trend = trend;
            }
        });
    }

    /** Errors are said in the tab: a dialog would cover the form for a date that is being typed. */
    async call(method, accountId, args) {
        try {
            return await this.orm.silent.call("res.partner", method, [[accountId], ...args]);
        } catch (error) {
            this.state.error = error.data?.message || error.message;
            return null;
        }
    }

    async toggle(code) {
        Object.assign(this.state, { open: this.state.open === code ? null : code, rows: null });
        if (this.state.open) {
            await this.loadRows();
        }
    }

    async chooseBreakdown(breakdown) {
        this.state.breakdown = breakdown;
        await this.loadRows();
    }

    async loadRows() {
        const { open, breakdown, cockpit } = this.state;
        const rows = await this.call("get_key_account_breakdown", this.props.record.resId, [
            open,
            breakdown,
            cockpit.date_from,
            cockpit.date_to,
        ]);
        if (open === this.state.open && breakdown === this.state.breakdown) {
            this.state.rows = rows;
        }
    }

    /** Opens what the figure is made of; of several kinds of records the user chooses one. */
    async openRecords(code) {
        const { dateFrom, dateTo } = this.cockpitDates;
        const kinds = await this.call("get_key_account_figure_records", this.props.record.resId, [code, dateFrom, dateTo]);
        if (kinds && kinds.length > 1) {
            this.state.kinds = { code, kinds };
        } else if (kinds) {
            await this.openKind(code, kinds.length ? kinds[0].model : null);
        }
    }

    async openKind(code, model) {
        const { dateFrom, dateTo } = this.cockpitDates;
        const args = [code, dateFrom, dateTo, model];
        const action = await this.call("action_view_key_account_figure", this.props.record.resId, args);
        if (action) {
            await this.action.doAction(action);
        }
    }

    get cockpitDates() {
        return { dateFrom: this.state.cockpit.date_from, dateTo: this.state.cockpit.date_to };
    }
}

registry.category("view_widgets").add("key_account_figures", { component: FiguresTab });
