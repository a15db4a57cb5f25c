/**
 * Goes through apps like somebody who looks at everything: each menu, each of its filters and views, the first
 * record, and each tab of that record's form. Odoo's own clickbot opens no record.
 *
 * @param {string[]} apps XML ids of their menus
 * @param {boolean} withFilters whether to choose each filter, too
 */
window.clickThrough = async (apps, withFilters) => {
    const { modules } = odoo.loader;
    const { App } = modules.get("@odoo/owl");
    const { rpcBus } = modules.get("@web/core/network/rpc");
    const { action, menu: menus } = odoo.__WOWL_DEBUG__.root.env.services;
    const find = (selector) => document.querySelector(selector);
    const findAll = (selector) => [...document.querySelectorAll(selector)];

    let opened = null;
    modules.get("@web/core/browser/browser").browser.open = (url) => {
        opened = url;
        return { closed: false };
    };

    const asked = new Set();
    rpcBus.addEventListener("RPC:REQUEST", ({ detail }) => asked.add(detail.data.id));
    rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => asked.delete(detail.data.id));
    const isBusy = () => asked.size || [...App.apps].some((app) => app.scheduler.tasks.size);

    const settled = async () => {
        const end = Date.now() + 30000;
        // An answer leads to the next question
        for (let quiet = 0; quiet < 3; quiet = isBusy() ? 0 : quiet + 1) {
            if (Date.now() > end) {
                throw new Error("It still loads after 30 seconds.");
            }
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const error = find(".o_error_dialog, .o_notification_bar.bg-danger");
        if (error) {
            throw new Error(error.textContent);
        }
    };
    const click = async (element) => {
        element.click();
        await settled();
    };

    const removeFacets = async () => {
        while (find(".o_facet_remove")) {
            await click(find(".o_facet_remove"));
        }
    };

    const chooseFilters = async () => {
        const toggler = find(".o_control_panel .o_searchview_dropdown_toggler");
        if (!toggler) {
            return;
        }
        await click(toggler);
        const filters = ".o_filter_menu > .dropdown-item.o_menu_item:not(.o_add_custom_filter)";
        for (let number = 0; number < findAll(filters).length; number++) {
            await click(findAll(filters)[number]);
        }
        await click(toggler);
        await removeFacets();
    };

    /** Only of our own lists: how core's are set is core's business */
    const checkHeads = () => {
        if (!apps.includes("key_account_management.menu_root")) {
            return;
        }
        // Lines behind a report have more columns than a screen: users choose theirs
        if (/\.report$/.test(action.currentController?.action.res_model)) {
            return;
        }
        const cut = findAll(".o_list_renderer th[data-name] .text-truncate").filter(
            (title) => title.scrollWidth > title.clientWidth + 1
        );
        if (cut.length) {
            throw new Error(`Heads of columns are cut: ${cut.map((title) => title.textContent).join(", ")}`);
        }
    };

    const openViews = async () => {
        const types = findAll(".o_cp_switch_buttons .o_switch_view").map((button) =>
            [...button.classList].find((name) => name.startsWith("o_") && name !== "o_switch_view")
        );
        for (const type of types) {
            await click(find(`.o_cp_switch_buttons .o_switch_view.${type}`));
        }
        return types.length || 1;
    };

    const FIRST = ".o_data_row .o_data_cell:not(:has(button, input, a)), .o_kanban_record.cursor-pointer";
    /** @returns {Element} what opens the first record; undefined where there is none or the view shows none */
    const findFirst = async () => {
        const types = (action.currentController?.action.views || []).map(([, type]) => type);
        const type = ["list", "kanban"].find((each) => types.includes(each));
        if (!type) {
            return;
        }
        await action.switchView(type);
        await settled();
        if (!find(FIRST)) {
            await removeFacets();
        }
        if (!find(FIRST) && find(".o_group_header")) {
            await click(find(".o_group_header"));
        }
        return find(FIRST);
    };

    const openTabs = async () => {
        const tabs = ".o_form_view .o_notebook_headers .nav-link:not(.disabled)";
        const count = findAll(tabs).length;
        for (let number = 0; number < count; number++) {
            await click(findAll(tabs)[number]);
            checkHeads();
        }
        return count;
    };

    const visit = async (menu) => {
        await menus.selectMenu(menu);
        await settled();
        if (find(".o_dialog")) {
            await click(find(".o_dialog .btn-close"));
            return "dialog";
        }
        if (withFilters) {
            await chooseFilters();
        }
        const views = await openViews();
        const first = await findFirst();
        checkHeads();
        if (!first) {
            return `${views} views, no record`;
        }
        const { jsId } = action.currentController;
        opened = null;
        await click(first);
        if (find(".o_form_view")) {
            return `${views} views, form, ${await openTabs()} tabs`;
        }
        if (find(".o_selected_row")) {
            await click(find(".o_list_button_discard"));
            return `${views} views, row`;
        }
        if (opened) {
            const { ok } = await fetch(opened);
            if (!ok) {
                throw new Error(`${opened} is not there.`);
            }
            return `${views} views, page`;
        }
        if (action.currentController.jsId !== jsId) {
            return `${views} views, ${action.currentController.action.res_model}`;
        }
        if (!action.currentController.action.views.some(([, type]) => type === "form")) {
            return `${views} views, no form`;
        }
        throw new Error("A click on the first record opens nothing.");
    };

    const visitAll = async (menu) => {
        if (menu.actionID) {
            try {
                console.log(`Visited ${menu.xmlid}: ${await visit(menu)}`);
            } catch (error) {
                throw new Error(`${menu.xmlid}: ${error.message}`);
            }
        }
        for (const child of menus.getMenuAsTree(menu.id).childrenTree) {
            await visitAll(child);
        }
    };

    for (const xmlId of apps) {
        const app = menus.getApps().find(({ xmlid }) => xmlid === xmlId);
        if (!app) {
            throw new Error(`No app ${xmlId}`);
        }
        // An app opens its first menu
        for (const menu of menus.getMenuAsTree(app.id).childrenTree) {
            await visitAll(menu);
        }
    }
    console.log("test successful");
};
