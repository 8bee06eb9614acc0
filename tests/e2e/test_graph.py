"""The graph in a browser: drawn under the content policy, followed by clicks, its state in the address."""

from playwright.sync_api import Page, expect


def test_the_picture_is_drawn_and_follows_the_choices(page: Page, portal, sign_in, serious_violations):
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/graph/?root=component:default/checkout")
    canvas = page.locator(".graph-canvas canvas").first
    expect(canvas).to_be_visible()
    expect(page.get_by_text("entities break")).to_be_visible()
    assert serious_violations() == []
    page.get_by_label("Direction").select_option("TB")
    page.wait_for_url("**direction=TB**")
    expect(canvas).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Direction")).to_have_value("LR")
    expect(canvas).to_be_visible()


def test_a_click_in_the_picture_opens_an_entity(page: Page, portal, sign_in):
    sign_in("ada")
    # A root with one neighbour only: the layout puts it into the middle of the picture's height.
    page.goto(f"{portal.url}/catalog/graph/?root=component:default/exchange-rates")
    canvas = page.locator(".graph-canvas")
    expect(canvas.locator("canvas").first).to_be_visible()
    box = canvas.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/catalog/component/default/exchange-rates/")


def test_the_list_moves_another_entity_to_the_middle(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/graph/?root=component:default/checkout")
    page.locator("summary", has_text="As a list").click()
    page.get_by_role("link", name="Around basket", exact=True).click()
    expect(page.get_by_role("heading", name="Around basket")).to_be_visible()


def test_an_entity_is_found_by_its_name(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/graph/")
    page.get_by_label("Entity", exact=True).fill("ledger")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Around ledger")).to_be_visible()


def test_the_graph_is_a_list_without_scripts(browser, portal):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/catalog/graph/?root=component:default/checkout")
    expect(page.locator(".graph-card")).to_be_hidden()
    expect(page.get_by_text("What breaks if it goes").first).to_be_visible()
    page.locator("summary", has_text="As a list").click()
    expect(page.locator(".graph-list")).to_contain_text("basket")
    context.close()
