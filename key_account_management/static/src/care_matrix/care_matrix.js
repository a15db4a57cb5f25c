import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useState } from "@odoo/owl";

import { describeAccount, useAccountForm } from "../utils";

const MEASURE = "key.account.care.measure";

/** Care coverage: accounts by care areas, with the measures of each. The server counts. */
export class CareMatrix extends Component {
    static template = "key_account_management.CareMatrix";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.openForm = useAccountForm();
        this.describe = describeAccount;
        this.state = useState({
            matrix: null,
            filters: { mine: true, tier: "", gaps: false, ...this.props.state?.filters },
        });
        // On return, the previously chosen accounts are shown
        useSetupAction({ getLocalState: () => ({ filters: { ...this.state.filters } }) });
        onWillStart(async () => {
            await this.load();
            // A head without accounts of their own wants to see those of others
            if (!this.state.matrix.accounts.some((account) => account.is_mine)) {
                this.state.filters.mine = false;
            }
        });
    }

    async load() {
        this.state.matrix = await this.orm.call("res.partner", "get_key_account_care_matrix", []);
    }

    get tiers() {
        return [...new Set(this.state.matrix.accounts.map((account) => account.tier))].filter(Boolean).sort();
    }

    get hasForeignAccounts() {
        return this.state.matrix.accounts.some((account) => !account.is_mine);
    }

    get accounts() {
        const { mine, tier, gaps } = this.state.filters;
        return this.state.matrix.accounts.filter(
            (account) =>
                (!mine || account.is_mine) &&
                (!tier || account.tier === tier) &&
                (!gaps ||
                    Object.values(account.cells).some((cell) => !cell.live || cell.overdue || cell.without_effect))
        );
    }

    /** How many cells of the accounts shown are gaps or have overdue measures. */
    count(isCounted) {
        return this.accounts.flatMap((account) => Object.values(account.cells)).filter(isCounted).length;
    }

    /** Of how many of the accounts shown the area has a measure. */
    covered(area) {
        const covered = this.accounts.filter((account) => account.cells[area.id].live).length;
        return _t("%(covered)s of %(accounts)s", { covered, accounts: this.accounts.length });
    }

    get summary() {
        return {
            gaps: this.count((cell) => !cell.live),
            overdue: this.count((cell) => cell.overdue),
            withoutEffect: this.count((cell) => cell.without_effect),
            visits: this.accounts.filter((account) => account.visit_overdue).length,
        };
    }

    formatDay(day) {
        return formatDate(deserializeDate(day));
    }

    describeVisit(account) {
        const day = this.formatDay(account.planned_visit || account.visit_due);
        return account.planned_visit ? _t("Visit planned: %s", day) : _t("Visit due: %s", day);
    }

    async planMeasure(account, area) {
        await this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("New Measure"),
                res_model: MEASURE,
                views: [[false, "form"]],
                target: "new",
                context: { default_partner_id: account.id, default_area_id: area.id },
            },
            { onClose: () => this.load() }
        );
    }

    async openMeasures(account, area) {
        await this.action.doAction({
            type: "ir.actions.act_window",
            name: `${account.name} – ${area.name}`,
            res_model: MEASURE,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [
                ["partner_id", "=", account.id],
                ["area_id", "=", area.id],
            ],
            context: { default_partner_id: account.id, default_area_id: area.id },
        });
    }

    async planVisit(account) {
        const action = await this.orm.call("res.partner", "action_plan_key_account_visit", [[account.id]]);
        await this.action.doAction(action, { onClose: () => this.load() });
    }

    async openAccount(account) {
        await this.openForm(account.id);
    }
}

registry.category("actions").add("key_account_management.care_matrix", CareMatrix);
