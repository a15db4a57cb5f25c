import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useState } from "@odoo/owl";

import { PeriodSelector } from "../period_selector/period_selector";

/** All accounts side by side, by account manager or tier; the server computes and formats. */
export class Ranking extends Component {
    static template = "key_account_management.Ranking";
    static components = { Layout, PeriodSelector };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({
            period: "year_to_date",
            dateFrom: "",
            dateTo: "",
            ranking: null,
            groupBy: "",
            sortBy: "revenue",
            descending: true,
            error: "",
        });
        onWillStart(() => this.load());
    }

    /** An answer that comes after a later question was asked is dropped. */
    async load() {
        const asked = (this.asked = Symbol());
        const { period, dateFrom, dateTo } = this.state;
        this.state.error = "";
        if (period === "free" && !(dateFrom && dateTo)) {
            return;
        }
        try {
            const ranking = await this.orm.silent.call("res.partner", "get_key_account_ranking", [
                period,
                dateFrom,
                dateTo,
            ]);
            if (asked === this.asked) {
                Object.assign(this.state, { ranking, dateFrom: ranking.date_from, dateTo: ranking.date_to });
            }
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }

    describe(account) {
        return [account.tier, account.manager].filter(Boolean).join(" · ");
    }

    sort(code) {
        this.state.descending = this.state.sortBy === code ? !this.state.descending : code !== "name";
        this.state.sortBy = code;
    }

    /** Accounts in their groups, those without a value last whichever way they are sorted. */
    get groups() {
        const { ranking, groupBy, sortBy, descending } = this.state;
        const value = (account) => (sortBy === "name" ? account.name : account.figures[sortBy].number);
        const direction = descending ? -1 : 1;
        const compare = (a, b) => {
            const [first, second] = [value(a), value(b)];
            if (first === null || second === null) {
                return (first === null) - (second === null);
            }
            return sortBy === "name" ? direction * first.localeCompare(second) : direction * (first - second);
        };
        const sorted = [...ranking.accounts].sort(compare);
        if (!groupBy) {
            return [{ name: "", accounts: sorted, total: null }];
        }
        return Object.entries(ranking.totals[groupBy])
            .map(([name, total]) => ({ name, total, accounts: sorted.filter((account) => account[groupBy] === name) }))
            .sort((a, b) => a.name.localeCompare(b.name));
    }

    async openAccount(account) {
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: account.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("key_account_management.ranking", Ranking);
