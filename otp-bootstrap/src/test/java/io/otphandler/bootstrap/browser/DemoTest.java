package io.otphandler.bootstrap.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.bootstrap.RunningService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.Keys;

/** The page on which a newcomer sees the whole service work. */
@BrowserTest
class DemoTest {

    private static final String VIEW = "return document.querySelector('otp-widget').getAttribute('data-view')";

    /** A refused code, a channel that has failed, a session that is over: Chromium notes each such answer. */
    private static final String[] REFUSED = {"/checkCode", "/channel", "/status"};

    private static RunningService service;

    @BeforeAll
    static void serve(@TempDir Path folder) throws IOException {
        service = RunningService.start(
                folder,
                Map.of(
                        "OTP_LIMITS_SENDSPERMINUTE",
                        "0",
                        "OTP_LIMITS_ADDRESSSENDSPERMINUTE",
                        "0",
                        "OTP_LIMITS_ADDRESSRECIPIENTSENDSPERDAY",
                        "0",
                        "OTP_LIMITS_SENDSPERDAY",
                        "0",
                        "OTP_LIMITS_MESSAGESPERDAY",
                        "0"),
                List.of(),
                List.of("--port", "0"));
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
    }

    static Stream<Arguments> looks() {
        return Stream.of(Screen.values())
                .flatMap(screen -> Stream.of("en", "ru").map(language -> Arguments.of(screen, language)));
    }

    @ParameterizedTest
    @MethodSource("looks")
    void everyStoryPlaysToItsEnd(Screen screen, String language, Browser browser) {
        boolean isDark = screen == Screen.PHONE && language.equals("ru");
        browser.screen(screen);
        browser.language(language);
        if (isDark) {
            browser.dark();
        }
        browser.expect(REFUSED);
        String look = language + "-" + screen.width + (isDark ? "-dark" : "");
        browser.open(service.site() + "/demo?pace=0.2");
        awaitView(browser, "phone");
        show(browser, look, "phone");

        // eight seconds until the code is dead: meanwhile the others play in a tab of their own
        begin(browser, "expiry");
        awaitView(browser, "code");
        browser.openTab(service.site() + "/demo?pace=0.2");
        awaitView(browser, "phone");

        play(browser, "happy", "confirmed");
        browser.awaitText("checkStatusAndComplete");
        browser.awaitText("true:");
        show(browser, look, "happy");
        browser.click("#backend button");
        browser.awaitText("false:");

        play(browser, "wrong", "ended");
        show(browser, look, "wrong");

        play(browser, "fallback", "confirmed");
        assertThat(browser.all("#messages li")).hasSize(2);
        show(browser, look, "fallback");

        play(browser, "codeless", "confirmed");
        show(browser, look, "codeless");

        browser.closeTab();
        awaitView(browser, "failed");
        awaitEnd(browser);
        show(browser, look, "expiry");
    }

    /** Every state on the way, not only those that stories end in. */
    @ParameterizedTest
    @MethodSource("looks")
    void everyStateIsAccessible(Screen screen, String language, Browser browser) {
        browser.screen(screen);
        browser.language(language);
        browser.expect(REFUSED);
        browser.open(service.site() + "/demo");
        send(browser, "+447700900111");
        awaitView(browser, "code");
        browser.axe();
        browser.dark();
        browser.axe();
        browser.screenshot("form-code-dark-" + language + "-" + screen.width);
        browser.light();
        browser.press("1111");
        String wrong = code(browser).equals("111111") ? "22" : "11";
        browser.press(wrong);
        browser.await(
                () -> assertThat(browser.one("otp-widget", "#error").getText()).isNotEmpty());
        browser.axe();
        browser.screenshot("form-wrong-" + language + "-" + screen.width);

        play(browser, "codeless", "codeless");
        browser.press(Keys.TAB); // whatever is done by hand ends the story
        browser.click("#messages [data-act=undelivered]");
        awaitView(browser, "code");
        browser.click("#messages [data-act=use]");
        awaitView(browser, "confirmed");
        browser.axe();
    }

    @Test
    void aVisitorConfirmsANumberWithTheKeyboardAlone(Browser browser) {
        browser.open(service.site() + "/demo");
        awaitView(browser, "phone");
        for (int i = 0; i < 40 && !"recipient".equals(browser.focused().getAttribute("id")); i++) {
            browser.press(Keys.TAB);
        }
        browser.press("+447700900222", Keys.ENTER);
        awaitView(browser, "code");
        browser.awaitFocus("otp-widget", "#code");
        browser.press(code(browser));
        awaitView(browser, "confirmed");

        browser.awaitFocus("otp-widget", "h2");
        browser.awaitAnnounced("Confirmed");
        browser.awaitText("You have confirmed +4477***0222.");
        browser.awaitText("true: this person holds the number");
    }

    @Test
    void aReloadInMidSessionGoesOnWhereItWas(Browser browser) {
        browser.open(service.site() + "/demo");
        send(browser, "+447700900333");
        awaitView(browser, "code");
        browser.press("12");
        Object request = browser.eval("return document.querySelector('otp-widget').requestId");

        browser.reload();

        awaitView(browser, "code");
        assertThat(browser.eval("return document.querySelector('otp-widget').requestId"))
                .isEqualTo(request);
        browser.click("otp-widget", "#code");
        browser.press(code(browser));
        awaitView(browser, "confirmed");
        browser.awaitText("true: this person holds the number");
    }

    @Test
    void aMessageCanBeLostAndARequestDeclined(Browser browser) {
        browser.expect(REFUSED);
        browser.open(service.site() + "/demo");
        send(browser, "+447700900444");
        awaitView(browser, "code");
        browser.click("#messages [data-act=undelivered]");
        browser.awaitText("Answer the call and enter the code that you hear");
        browser.awaitText("Incoming call");
        browser.awaitText("The channel failed SMS");
        browser.click("#fails");
        browser.click("#messages li:first-child [data-act=undelivered]");
        // all others are refused by then
        browser.await(() -> assertThat(browser.eval(VIEW)).isIn("failed", "ended"));
        browser.awaitText("The gateway refused it");
    }

    @Test
    void twoTabsFollowOneSession(Browser browser) {
        browser.expect(REFUSED);
        browser.open(service.site() + "/demo");
        send(browser, "+447700900555");
        awaitView(browser, "code");
        String first = browser.tab();
        String kept = (String)
                browser.eval("return sessionStorage.getItem('otp-widget:00000000-0000-4000-8000-000000000001')");
        // as when a tab is duplicated, which copies its storage
        browser.openTab(service.site() + "/demo");
        browser.eval("sessionStorage.setItem('otp-widget:00000000-0000-4000-8000-000000000001', arguments[0])", kept);
        browser.reload();
        awaitView(browser, "code");
        browser.click("otp-widget", "#code");
        browser.press(code(browser));
        awaitView(browser, "confirmed");

        browser.goTo(first);
        awaitView(browser, "confirmed");
    }

    @Test
    void aRestartOfTheServiceInMidPollIsOverheard(@TempDir Path folder, Browser browser) throws Exception {
        browser.expect("ERR_", "/demo/", "/longPolling/", "/channel");
        RunningService before = RunningService.start(folder);
        String port = before.site().substring(before.site().lastIndexOf(':') + 1);
        browser.open(before.site() + "/demo");
        send(browser, "+447700900666");
        awaitView(browser, "code");
        String code = code(browser);
        before.close();
        browser.awaitText("No connection. We keep trying");

        try (RunningService after = RunningService.start(folder, Map.of(), List.of(), List.of("--port", port))) {
            assertThat(after.site()).isEqualTo(before.site());
            browser.awaitNoText("No connection. We keep trying");
            browser.click("otp-widget", "#code");
            browser.press(code);
            awaitView(browser, "confirmed");
            browser.awaitText("true: this person holds the number");
            browser.open("about:blank");
        }
    }

    private static void show(Browser browser, String look, String state) {
        browser.axe();
        browser.screenshot("demo-" + state + "-" + look);
    }

    private static void play(Browser browser, String story, String view) {
        begin(browser, story);
        awaitView(browser, view);
        if (!view.equals("codeless")) {
            awaitEnd(browser);
        }
    }

    private static void begin(Browser browser, String story) {
        browser.click("[data-story=" + story + "]");
        browser.await(() -> assertThat(browser.one("[data-story=" + story + "]").getAttribute("aria-pressed"))
                .isEqualTo("true"));
    }

    private static void awaitEnd(Browser browser) {
        browser.await(
                () -> assertThat(browser.all("[data-story][aria-pressed=true]")).isEmpty());
    }

    private static void send(Browser browser, String number) {
        awaitView(browser, "phone");
        browser.click("otp-widget", "#recipient");
        browser.press(number, Keys.ENTER);
    }

    /** As it is read off the phone beside the form. */
    private static String code(Browser browser) {
        return browser.one("#messages li:not(.old) p b").getText();
    }

    private static void awaitView(Browser browser, String view) {
        browser.await(() -> assertThat(browser.eval(VIEW)).isEqualTo(view));
    }
}
