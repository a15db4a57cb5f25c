import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onMounted, onWillStart, useState } from "@odoo/owl";

import { AttentionItem } from "../attention/attention_item";
import { Sparkline } from "../figures_tab/sparkline";
import { useAccountForm } from "../utils";

const SNAPSHOT = "key.account.snapshot";
// Instead of a manager: the accounts without one
const UNASSIGNED = -1;
const SCOPE = "key_account_start_scope";

/** Where the day starts: what needs the user, what has changed, and how the accounts stand. */
export class Start extends Component {
    static template = "key_account_management.Start";
    static components = { Layout, AttentionItem, Sparkline };
    static path = "key-accounts-today";
    static displayName = _t("Today");
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.openAccount = useAccountForm();
        this.state = useState({
            start: null,
            scope: browser.localStorage.getItem(SCOPE) || null,
            manager: 0,
            showsAll: false,
            busy: false,
            ...this.props.state,
        });
        useSetupAction({
            getLocalState: () => ({
                scope: this.state.scope,
                manager: this.state.manager,
                showsAll: this.state.showsAll,
            }),
        });
        onWillStart(() => this.load());
        // What has changed stays until the next time
        onMounted(() => this.orm.silent.call(SNAPSHOT, "note_start_seen", []));
    }

    async load() {
        const { scope, manager, showsAll } = this.state;
        this.state.start = await this.orm.call(SNAPSHOT, "get_start", [scope, manager, showsAll]);
        this.state.scope = this.state.start.scope;
    }

    get greeting() {
        const { hour } = luxon.DateTime.local();
        const { name } = this.state.start;
        if (hour < 11) {
            return _t("Good morning, %s", name);
        }
        return hour < 18 ? _t("Good afternoon, %s", name) : _t("Good evening, %s", name);
    }

    get shownText() {
        const { count, items } = this.state.start.attention;
        return _t("%(shown)s of %(count)s, ranked by what is at stake", { shown: items.length, count });
    }

    get accountsText() {
        const { count, rows } = this.state.start.accounts;
        return rows.length < count
            ? _t("%(shown)s of %(count)s, sorted by change", { shown: rows.length, count })
            : _t("%s, sorted by change", count);
    }

    get managers() {
        const { managers, unassigned } = this.state.start;
        const choices = managers.map(({ id, name, count }) => ({ id, label: `${name} (${count})` }));
        if (unassigned) {
            choices.push({ id: UNASSIGNED, label: _t("Unassigned (%s)", unassigned) });
        }
        return [{ id: 0, label: _t("All account managers") }, ...choices];
    }

    async chooseScope(scope) {
        this.state.scope = scope;
        this.state.manager = 0;
        browser.localStorage.setItem(SCOPE, scope);
        await this.load();
    }

    async chooseManager(manager) {
        this.state.manager = Number(manager);
        await this.load();
    }

    async showAll() {
        this.state.showsAll = true;
        await this.load();
    }

    async refresh() {
        this.state.busy = true;
        try {
            const { count, rows } = this.state.start.accounts;
            // More than are shown: all of the user's, in the background
            const ids = rows.length < count ? [] : rows.map((row) => row.id);
            const action = await this.orm.call(SNAPSHOT, "action_refresh", [ids]);
            delete action.params.next;
            await this.action.doAction(action);
            await this.load();
        } finally {
            this.state.busy = false;
        }
    }

    async openPortfolio() {
        await this.action.doAction("key_account_management.key_account_snapshot_action");
    }

    async openDismissed() {
        await this.action.doAction("key_account_management.key_account_attention_decision_action");
    }

    async openButton(button) {
        await this.action.doAction(button.action);
    }
}

registry.category("actions").add("key_account_management.start", Start);
