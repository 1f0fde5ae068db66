"""A talent asks in the portal, staff answer in the console, and both pages move by themselves."""

from playwright.sync_api import Page, expect

from tests.e2e.windows import Windows

SUBJECT = "人才公寓如何续租？"
ANSWER = "请在到期前三十日提交续租申请，我们已为您预约。"
SOLVED = "续租已办妥。"


def ask(page: Page, *, subject: str) -> None:
    """Fill in the portal's form and send it."""
    page.locator("a[href='/me/tickets#open']").first.click()
    page.locator("#topic").select_option("housing")
    page.locator("#subject").fill(subject)
    page.locator("#message").fill("下个月到期，需要哪些材料？")
    page.locator("form[action='/me/tickets'] button").click()
    page.wait_for_url("**/me/tickets/*")


def test_a_request_is_answered_before_the_eyes_of_whoever_asked(windows: Windows) -> None:
    talent, officer = windows.of("xu", "portal"), windows.of("night-officer", "console")
    ask(talent, subject=SUBJECT)
    expect(talent.locator(".cc-notice--good")).to_contain_text("请求已记录")

    # Nobody reloads: the queue hears of it from Kafka.
    expect(officer.get_by_role("link", name=SUBJECT, exact=True)).to_be_visible(timeout=15_000)
    row = officer.locator("tr", has_text=SUBJECT)
    row.get_by_role("button", name="接单").click()
    expect(officer.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(talent.get_by_text("沈慧").first).to_be_visible(timeout=15_000)

    officer.locator("#answer").fill(ANSWER)
    officer.locator("form[action$='/answer'] button").click()
    expect(officer.get_by_text(ANSWER)).to_be_visible()
    expect(talent.get_by_text(ANSWER)).to_be_visible(timeout=15_000)

    officer.locator("#resolution").fill(SOLVED)
    officer.locator("form[action$='/resolve'] button").click()
    expect(talent.get_by_text(SOLVED)).to_be_visible(timeout=15_000)
    talent.locator("#stars-5").check()
    talent.locator("#comment").fill("很满意")
    talent.locator("form[action$='/rate'] button").click()
    expect(talent.locator(".cc-timeline")).to_contain_text("5 星")
    expect(officer.locator(".cc-timeline")).to_contain_text("很满意", timeout=15_000)


def test_a_solved_and_answered_request_leaves_the_queue_by_itself(windows: Windows) -> None:
    talent, first = windows.of("wang", "portal"), windows.of("night-officer", "console")
    second = windows.of("day-officer", "console")
    ask(talent, subject="夜间到站接待")
    link = second.get_by_role("link", name="夜间到站接待", exact=True)
    expect(link).to_be_visible(timeout=15_000)
    first.get_by_role("link", name="夜间到站接待", exact=True).click()
    first.locator("#answer").fill("已安排。")
    first.locator("form[action$='/answer'] button").click()
    first.locator("#resolution").fill("已接到。")
    first.locator("form[action$='/resolve'] button").click()
    expect(link).not_to_be_visible(timeout=15_000)


def test_two_clicks_on_one_button_open_one_request(windows: Windows) -> None:
    talent = windows.of("ulvang", "portal", language="en")
    talent.goto(f"{windows.platform.url('portal')}/me/tickets")
    talent.locator("#topic").select_option("work")
    talent.locator("#subject").fill("Twice")
    talent.locator("#message").fill("clicked twice")
    form = talent.locator("form[action='/me/tickets']")
    sent: dict[str, str | float | bool] = {
        name: form.locator(f"[name={name}]").input_value()
        for name in ("form_token", "idempotency_key", "topic", "subject", "message")
    }
    for _ in range(2):
        answer = talent.request.post(f"{windows.platform.url('portal')}/me/tickets", form=sent)
        assert answer.ok
    talent.goto(f"{windows.platform.url('portal')}/me/tickets")
    expect(talent.get_by_role("link", name="Twice")).to_have_count(1)


def test_a_request_without_words_comes_back_with_what_was_typed(windows: Windows) -> None:
    talent = windows.of("xu", "portal", language="en")
    talent.goto(f"{windows.platform.url('portal')}/me/tickets")
    talent.locator("#message").fill("only this")
    talent.locator("form[action='/me/tickets'] button").click()
    expect(talent.get_by_role("alert")).to_contain_text("Say in a few words what it is")
    expect(talent.locator("#message")).to_have_value("only this")
    expect(talent).to_have_title("Error: My requests · Concord")
