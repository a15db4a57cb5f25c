import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { Component, useState } from "@odoo/owl";

import { useAccountForm, useQuestions } from "../utils";

const DECISION = "key.account.attention.decision";
const DISMISS = { name: "dismiss", asks: "reason" };

/**
 * Something that needs attention, with what can be done about it right there.
 *
 * `item`: see `Attention.items` on the server; `showAccount`: whether it names its account; `onSettled`: called with
 * the item after something was done.
 */
export class AttentionItem extends Component {
    static template = "key_account_management.AttentionItem";
    static props = {
        item: Object,
        showAccount: { type: Boolean, optional: true },
        onSettled: { type: Function, optional: true },
    };
    static defaultProps = { showAccount: true };

    setup() {
        this.action = useService("action");
        this.openForm = useAccountForm();
        this.notification = useService("notification");
        this.state = useState({ error: "", asking: null, choices: null, day: "", user: "", reason: "", busy: false });
        this.questions = useQuestions(this.state);
        this.dismissAction = DISMISS;
    }

    get effects() {
        return [
            { effect: "strong", label: _t("Strong Effect") },
            { effect: "some", label: _t("Some Effect") },
            { effect: "none", label: _t("No Effect") },
        ];
    }

    get tomorrow() {
        return luxon.DateTime.local().plus({ days: 1 }).toISODate();
    }

    /** Does a step at once, or asks first for what it needs. */
    async take(step) {
        if (this.state.asking?.name === step.name) {
            this.state.asking = null;
            return;
        }
        if (!step.asks) {
            await this.settle(step.name, {});
            return;
        }
        if (step.asks !== "effect" && !this.state.choices) {
            this.state.choices = await this.questions.ask(DECISION, "get_choices", [this.props.item.ref]);
            if (!this.state.choices) {
                return;
            }
            this.state.user = this.state.choices.people[0]?.id || "";
        }
        this.state.day = step.asks === "reason" ? this.state.choices.until : this.tomorrow;
        this.state.asking = step;
    }

    /** The answer to what was asked for. */
    async answer(values = {}) {
        const { asking, day, user, reason } = this.state;
        if (asking.name === "dismiss") {
            const message = await this.ask("dismiss", [this.props.item.ref, reason, day]);
            if (message) {
                this.notification.add(message, { type: "success" });
                this.settled();
            }
        } else {
            await this.settle(asking.name, { day, user_id: Number(user), ...values });
        }
    }

    async settle(name, values) {
        const result = await this.ask("settle", [this.props.item.ref, name, values]);
        if (!result) {
            return;
        }
        if (result.message) {
            this.notification.add(result.message, { type: "success" });
        }
        if (result.action) {
            const isDialog = result.action.target === "new";
            await this.action.doAction(result.action, { onClose: isDialog ? () => this.settled() : undefined });
            if (!result.message) {
                return;
            }
        }
        this.settled();
    }

    async ask(method, args) {
        // A second tap does nothing a second time
        if (this.state.busy) {
            return null;
        }
        this.state.busy = true;
        const result = await this.questions.ask(DECISION, method, args);
        this.state.busy = false;
        return result;
    }

    settled() {
        this.state.asking = null;
        this.props.onSettled?.(this.props.item);
    }

    async openAccount() {
        await this.openForm(this.props.item.account.id);
    }
}
