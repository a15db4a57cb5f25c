import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useEffect, useState } from "@odoo/owl";

import { PeriodSelector } from "../period_selector/period_selector";
import { useQuestions } from "../utils";
import { BreakdownChart } from "./breakdown_chart";
import { Sparkline } from "./sparkline";

/** The figures of the account whose form is open. The server computes and formats, this only shows. */
export class FiguresTab extends Component {
    static template = "key_account_management.FiguresTab";
    static components = { BreakdownChart, PeriodSelector, Sparkline };
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.state = useState({
            period: "year_to_date",
            dateFrom: "",
            dateTo: "",
            cockpit: null,
            trend: null,
            open: null,
            // The leading figures whose companions are shown
            unfolded: {},
            breakdown: "month",
            rows: null,
            // What there is to say about the records of a figure stands below it
            records: { code: null, kinds: [], error: "" },
            error: "",
        });
        // The account's figures and then their trends, the details of the open one, the records of one
        this.figures = useQuestions(this.state);
        this.details = useQuestions(this.state);
        this.records = useQuestions(this.state.records);
        // Not before it is mounted: a form redrawn in the meantime would create the tab, and ask, again
        useEffect(
            () => {
                this.state.cockpit = null;
                this.load();
            },
            () => [this.props.record.resId]
        );
    }

    async load() {
        Object.assign(this.state, { open: null, rows: null, trend: null });
        Object.assign(this.state.records, { code: null, kinds: [] });
        this.details.drop();
        this.records.drop();
        const { period, dateFrom, dateTo } = this.state;
        if (!this.props.record.resId || (period === "free" && !(dateFrom && dateTo))) {
            this.figures.drop();
            return;
        }
        const cockpit = await this.ask(this.figures, "get_key_account_cockpit", [period, dateFrom, dateTo]);
        if (cockpit) {
            Object.assign(this.state, { cockpit, dateFrom: cockpit.date_from, dateTo: cockpit.date_to });
            // A figure opened in the meantime shows the previous days
            if (this.state.open) {
                this.loadRows();
            }
            // Trends take longer than the figures: they are shown when available
            this.state.trend = await this.ask(this.figures, "get_key_account_trend", [cockpit.date_to]);
        }
    }

    fold(code) {
        this.state.unfolded[code] = !this.state.unfolded[code];
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
        const { open, breakdown } = this.state;
        this.state.rows = await this.ask(this.details, "get_key_account_breakdown", [open, breakdown, ...this.days]);
    }

    /** Opens the records behind the figure; if there are several kinds, the user chooses one. */
    async openRecords(code) {
        Object.assign(this.state.records, { code, kinds: [] });
        const kinds = await this.ask(this.records, "get_key_account_figure_records", [code, ...this.days]);
        if (kinds && kinds.length > 1) {
            this.state.records.kinds = kinds;
        } else if (kinds) {
            await this.openKind(code, kinds.length ? kinds[0].model : null);
        }
    }

    async openKind(code, model) {
        const action = await this.ask(this.records, "action_view_key_account_figure", [code, ...this.days, model]);
        if (action) {
            await this.action.doAction(action);
        }
    }

    ask(questions, method, args) {
        return questions.ask("res.partner", method, [[this.props.record.resId], ...args]);
    }

    get labels() {
        return { fold: _t("Hide related figures"), unfold: _t("Show related figures") };
    }

    /** The first and the last one of the figures that are shown. */
    get days() {
        return [this.state.cockpit.date_from, this.state.cockpit.date_to];
    }
}

registry.category("view_widgets").add("key_account_figures", { component: FiguresTab });
