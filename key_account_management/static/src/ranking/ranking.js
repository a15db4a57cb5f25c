import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useState } from "@odoo/owl";

import { PeriodSelector } from "../period_selector/period_selector";
import { describeAccount, formAction, useQuestions } from "../utils";

/** All accounts side by side, by account manager or tier; the server computes and formats. */
export class Ranking extends Component {
    static template = "key_account_management.Ranking";
    static components = { Layout, PeriodSelector };
    static props = { ...standardActionServiceProps };

    setup() {
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
        this.questions = useQuestions(this.state);
        this.describe = describeAccount;
        onWillStart(() => this.load());
    }

    async load() {
        const { period, dateFrom, dateTo } = this.state;
        if (period === "free" && !(dateFrom && dateTo)) {
            this.questions.drop();
            return;
        }
        const args = [period, dateFrom, dateTo];
        const ranking = await this.questions.ask("res.partner", "get_key_account_ranking", args);
        if (ranking) {
            Object.assign(this.state, { ranking, dateFrom: ranking.date_from, dateTo: ranking.date_to });
        }
    }

    sort(code) {
        this.state.descending = this.state.sortBy === code ? !this.state.descending : code !== "name";
        this.state.sortBy = code;
    }

    /** Accounts in their groups, those without a value last, whichever way they are sorted. */
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
        await this.action.doAction(formAction("res.partner", account.id));
    }
}

registry.category("actions").add("key_account_management.ranking", Ranking);
