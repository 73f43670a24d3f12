package io.otphandler.bootstrap.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.openqa.selenium.Keys;

/** What the other browser tests rely on: that the browser shows them faults, and that they do not see each other's. */
@BrowserTest
@TestMethodOrder(MethodOrderer.MethodName.class)
class BrowserItselfTest {

    private static final String STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'";

    private static final String SHADOWS = """
            <!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Shadows</title>
            <main><h1>Shadows</h1><x-outer><span>slotted</span></x-outer></main><script src="/shadows.js"></script></html>
            """;

    private static final String SHADOWS_SCRIPT = """
            customElements.define('x-inner', class extends HTMLElement {
              connectedCallback() {
                this.attachShadow({mode: 'open'}).innerHTML = `
                  <label>Code <input></label><button>Send <b>it</b>\u00a0now</button>
                  <p role="status">Code is\u00a0on its way</p><p hidden>not to be seen</p>`;
              }
            });
            customElements.define('x-outer', class extends HTMLElement {
              connectedCallback() {
                this.attachShadow({mode: 'open'}).innerHTML = '<p>outer <slot></slot></p><x-inner></x-inner>';
              }
            });
            """;

    private static Pages pages;

    @BeforeAll
    static void serve() {
        pages = Pages.start();
        pages.page("/shadows", SHADOWS, Map.of("Content-Security-Policy", STRICT));
        pages.file("/shadows.js", "text/javascript", SHADOWS_SCRIPT, Map.of());
        pages.page("/plain", "<!doctype html><html lang=en><title>Plain</title><main><h1>Plain</h1></main></html>");
        pages.on(
                "/language",
                exchange -> Pages.reply(
                        exchange,
                        200,
                        "text/html",
                        "asked for " + exchange.getRequestHeaders().getFirst("Accept-Language")));
    }

    @AfterAll
    static void stop() {
        pages.close();
    }

    @Test
    void elementsTextAndFocusAreFoundInShadowRoots(Browser browser) {
        browser.open(pages.site() + "/shadows");

        browser.awaitText("outer slotted\nCode Send it now\nCode is on its way");
        assertThat(browser.text()).doesNotContain("not to be seen");
        assertThat(browser.liveTexts()).containsExactly("Code is on its way");
        browser.awaitAnnounced("on its way");
        assertThat(browser.all("x-inner")).isEmpty();
        browser.press(Keys.TAB);
        browser.awaitFocus("x-outer", "x-inner", "input");
        browser.press("12", "34");
        assertThat(browser.focused().getDomProperty("value")).isEqualTo("1234");
        browser.hold("a", Keys.CONTROL);
        browser.paste("567");
        assertThat(browser.focused().getDomProperty("value")).isEqualTo("567");
        browser.press(Keys.TAB);
        browser.awaitFocus("x-outer", "x-inner", "button");
        browser.hold(Keys.TAB, Keys.SHIFT);
        browser.awaitFocus("x-outer", "x-inner", "input");
    }

    @Test
    void axeSeesFaultsInShadowRootsOfAPageWithAStrictPolicy(Browser browser) {
        browser.open(pages.site() + "/shadows");
        browser.axe();

        browser.eval("document.querySelector('x-outer').shadowRoot.querySelector('x-inner').shadowRoot"
                + ".querySelector('button').replaceChildren()");
        assertThatThrownBy(browser::axe)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("button-name (critical)")
                .hasMessageContaining("x-outer > x-inner > button");
        browser.axe("button-name", "target-size");
    }

    @Test
    void axeKnowsTheTargetSizeOfWcag22(Browser browser) {
        browser.open(pages.page("/small", """
                <!doctype html><html lang="en"><title>Small</title><main><h1>Small</h1>
                <button style="width:12px;height:12px;padding:0;overflow:hidden" aria-label="one"></button><button
                  style="width:12px;height:12px;padding:0;overflow:hidden" aria-label="two"></button></main></html>
                """));
        assertThatThrownBy(browser::axe).hasMessageContaining("target-size");
    }

    @Test
    void errorsOfEveryKindAreSeenInEveryTab(Browser browser) {
        browser.open(pages.site() + "/plain");
        browser.assertConsoleIsClean();

        browser.eval("setTimeout(() => { throw new Error('thrown') }); Promise.reject(new Error('rejected'));"
                + "console.error('written'); fetch('/missing'); console.info('told')");
        browser.openTab(pages.page(
                "/policy",
                "<!doctype html><html lang=en><title>Policy</title><script>1</script></html>",
                Map.of("Content-Security-Policy", STRICT)));
        browser.await(() -> assertThatThrownBy(browser::assertConsoleIsClean)
                .hasMessageContaining("thrown")
                .hasMessageContaining("rejected")
                .hasMessageContaining("written")
                .hasMessageContaining("/missing")
                .hasMessageContaining("Content Security Policy")
                .hasMessageNotContaining("told"));
        browser.expect("thrown", "rejected", "written", "/missing");
        assertThatThrownBy(browser::assertConsoleIsClean).hasMessageContaining("Content Security Policy");
        browser.expect("Content Security Policy");
    }

    @Test
    void screenColoursAndLanguageHoldInEveryTab(Browser browser) throws Exception {
        for (boolean again : new boolean[] {false, true}) {
            browser.screen(Screen.PHONE);
            browser.dark();
            browser.language("ru");
            if (again) {
                browser.openTab(pages.site() + "/shadows");
            } else {
                browser.open(pages.site() + "/shadows");
            }
            assertThat(browser.eval("return [innerWidth, innerHeight, navigator.maxTouchPoints > 0,"
                            + " matchMedia('(prefers-color-scheme: dark)').matches,"
                            + " matchMedia('(prefers-reduced-motion: reduce)').matches,"
                            + " navigator.language, new Intl.NumberFormat().resolvedOptions().locale].join(' ')"))
                    .isEqualTo("360 740 true true true ru ru");
            browser.open(pages.site() + "/language");
            browser.awaitText("asked for ru");
        }
        browser.screen(Screen.DESKTOP);
        browser.light();
        browser.language("en");
        browser.reload();
        browser.awaitText("asked for en");
        browser.eval("document.body.style.height = '3000px'");
        Path picture = browser.screenshot("browser-itself");
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(1280);
        assertThat(ImageIO.read(picture.toFile()).getHeight()).isGreaterThanOrEqualTo(3000);
        Files.delete(picture);
    }

    @Test
    void offlinePagesAreToldAndRequestsFail(Browser browser) {
        browser.open(pages.site() + "/plain");
        browser.eval("for (const name of ['offline', 'online'])"
                + " addEventListener(name, () => document.body.append('told: ' + name))");

        browser.offline();
        browser.awaitText("told: offline");
        assertThat(browser.eval("return navigator.onLine")).isEqualTo(false);
        assertThat(browser.eval("return fetch('/shadows').then(() => 'there', () => 'away')"))
                .isEqualTo("away");
        browser.online();
        browser.awaitText("told: online");
        assertThat(browser.eval("return navigator.onLine")).isEqualTo(true);
        assertThat(browser.eval("return fetch('/shadows').then(() => 'there', () => 'away')"))
                .isEqualTo("there");
        browser.expect("ERR_INTERNET_DISCONNECTED");
    }

    @Test
    void tabsAreFoundAgain(Browser browser) {
        browser.open(pages.site() + "/plain");
        String first = browser.tab();
        String second = browser.openTab(pages.site() + "/shadows");
        browser.goTo(first);
        assertThat(browser.url()).endsWith("/plain");
        browser.goTo(second);
        assertThat(browser.url()).endsWith("/shadows");
        browser.closeTab();
        assertThat(browser.tab()).isEqualTo(first);
    }

    // The two are each other's proof, in whichever order they run.

    @Test
    void whatOneTestStoresIsGoneInTheNext(Browser browser) {
        leavesNoTrace(browser);
    }

    @Test
    void whatTheNextTestStoresIsGoneInTheOne(Browser browser) {
        leavesNoTrace(browser);
    }

    private static void leavesNoTrace(Browser browser) {
        browser.open(pages.site() + "/plain");
        assertThat(browser.eval("return document.cookie + localStorage.length + sessionStorage.length"))
                .isEqualTo("00");
        assertThat(browser.eval("return indexedDB.databases().then(all => all.length)"))
                .isEqualTo(0L);
        browser.eval("document.cookie = 'a=1'; localStorage.a = 1; sessionStorage.a = 1;"
                + "return new Promise(done => indexedDB.open('a').onsuccess = done).then(() => 1)");
        assertThat(browser.eval("return document.cookie + localStorage.length + sessionStorage.length"))
                .isEqualTo("a=111");
    }

    @Test
    void onlyThisMachineIsReached(Browser browser) {
        browser.open(pages.site() + "/plain");
        assertThat(browser.eval(
                        "return fetch('http://example.com/', {mode: 'no-cors'}).then(() => 'there', () => 'away')"))
                .isEqualTo("away");
        browser.expect("ERR_NAME_NOT_RESOLVED");
    }
}
