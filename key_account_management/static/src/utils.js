import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";

import { useEffect } from "@odoo/owl";

/** Requests from a part of a screen to the server. */
class Questions {
    constructor(orm, state) {
        this.orm = orm;
        this.state = state;
        this.keepLast = new KeepLast();
    }

    /** An answer or error that arrives after a later request is dropped. */
    async ask(model, method, args, kwargs = {}) {
        this.state.error = "";
        try {
            return await this.keepLast.add(this.orm.silent.call(model, method, args, kwargs));
        } catch (error) {
            this.state.error = error.data?.message || error.message;
            return null;
        }
    }

    /** There is nothing to request any more: pending answers are dropped as well. */
    drop() {
        this.state.error = "";
        this.keepLast.add(Promise.resolve());
    }
}

/**
 * Errors are shown by the part that made the request, which finds them in `state.error`: a dialog would cover the form.
 *
 * @param {{ error: string }} state of the component
 */
export function useQuestions(state) {
    return new Questions(useService("orm"), state);
}

export function formAction(model, id) {
    return { type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] };
}

/** Opens an account as the app shows it, and not as the contact that it is elsewhere. */
export function useAccountForm() {
    const action = useService("action");
    const orm = useService("orm");
    return async (id) => {
        const context = { key_account_page: true };
        await action.doAction(await orm.call("res.partner", "get_formview_action", [[id]], { context }));
    };
}

/** The line below the name of an account in a list of them. */
export function describeAccount({ tier, manager }) {
    return [tier, manager].filter(Boolean).join(" · ");
}

/**
 * What a click on something opens: the server gives model, method and arguments of what returns the action.
 *
 * @param {{ error: string }} state of the component
 */
export function useOpening(state) {
    const action = useService("action");
    const questions = useQuestions(state);
    return async (opening) => {
        const found = await questions.ask(...opening);
        if (found) {
            await action.doAction(found);
        }
    };
}

/**
 * What the server says of the account in a form, in `state.data`; null until then. Asked anew for each account.
 *
 * @param {Component} component a widget of the form, with `state` and `props.record`
 * @param {string} method of the account
 * @returns {Function} asks again
 */
export function useAccountData(component, method) {
    const questions = useQuestions(component.state);
    async function load() {
        const { resId } = component.props.record;
        if (!resId) {
            questions.drop();
            return;
        }
        const data = await questions.ask("res.partner", method, [[resId]]);
        if (data) {
            component.state.data = data;
        }
    }
    useEffect(
        () => {
            component.state.data = null;
            load();
        },
        () => [component.props.record.resId]
    );
    return load;
}
