package io.otphandler.bootstrap.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchSessionException;
import org.openqa.selenium.NoSuchWindowException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;

/**
 * A headless Chromium that looks at pages of this machine and reaches no other.
 *
 * <p>Elements are named by a path of CSS selectors, each after the first looked for in the open shadow root of what the
 * one before it found: {@code one("otp-widget", "input")}. What waits, waits for up to {@link #PATIENCE}. One thread at
 * a time.
 */
public final class Browser implements AutoCloseable {

    /** How long something may take to come up. Only failing tests take as long. */
    public static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Held, for else its level would be forgotten: it warns that there are no classes for this Chromium's DevTools,
     * of which none are used. */
    private static final Logger DEV_TOOLS = Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final List<String> AXE_TAGS =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");
    private static final String AXE = axeScript();

    /** Expects a list of selectors and gives all that they find. */
    private static final String FIND = """
            const inside = (root, selector) =>
                [...((root === document ? root : root.shadowRoot)?.querySelectorAll(selector) ?? [])];
            return arguments[0].reduce(
                (roots, selector) => roots.flatMap(root => inside(root, selector)), [document]);
            """;

    /** All that is drawn as text, blocks on lines of their own; what is there for screen readers alone is left out. */
    private static final String TEXT = """
            const skipped = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'HEAD']);
            const text = (node, style) => {
              if (node.nodeType === Node.TEXT_NODE) {
                return style.visibility === 'visible' ? node.data : '';
              }
              if (node.nodeType !== Node.ELEMENT_NODE || skipped.has(node.tagName)) {
                return '';
              }
              const own = getComputedStyle(node);
              const box = node.getBoundingClientRect();
              if (own.display === 'none' || own.opacity === '0'
                  || own.overflow === 'hidden' && (box.width <= 1 || box.height <= 1)
                  || own.display !== 'contents' && !node.checkVisibility()) {
                return '';
              }
              const assigned = node.tagName === 'SLOT' ? node.assignedNodes() : [];
              const children = assigned.length > 0 ? assigned : (node.shadowRoot ?? node).childNodes;
              const inner = node.tagName === 'BR' ? '\\n' : [...children].map(child => text(child, own)).join('');
              return own.display.startsWith('inline') || own.display === 'contents' ? inner : '\\n' + inner + '\\n';
            };
            return text(document.documentElement)
                .split('\\n').map(line => line.replace(/[\\s\\u00a0]+/g, ' ').trim()).filter(Boolean).join('\\n');
            """;

    private static final String LIVE_TEXTS = """
            const live = '[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output';
            const all = root => [...root.querySelectorAll('*')]
                .flatMap(element => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
            return all(document).filter(element => element.matches(live) && element.checkVisibility())
                .map(element => element.textContent.replace(/[\\s\\u00a0]+/g, ' ').trim()).filter(Boolean);
            """;

    private static final String FOCUSED = """
            let focused = document.activeElement;
            while (focused?.shadowRoot?.activeElement) {
              focused = focused.shadowRoot.activeElement;
            }
            return focused;
            """;

    private final ChromeDriver driver;
    private final Path profile;
    private final String userAgent;
    private final List<LogEntry> console = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();
    private final Set<String> origins = new HashSet<>();
    private final Map<String, String> media = new TreeMap<>();
    private Screen screen = Screen.DESKTOP;
    private String language = "en";
    private boolean offline;

    private Browser(ChromeDriver driver, Path profile) {
        this.driver = driver;
        this.profile = profile;
        userAgent = (String) cdp("Browser.getVersion", Map.of()).get("userAgent");
    }

    static Browser start(Installation installation) {
        Path profile;
        try {
            profile = Files.createTempDirectory("otp-browser");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            return new Browser(driver(installation, profile), profile);
        } catch (RuntimeException e) {
            delete(profile);
            throw e;
        }
    }

    private static ChromeDriver driver(Installation installation, Path profile) {
        DEV_TOOLS.setLevel(Level.SEVERE);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(installation.browser().toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox", // which root cannot have
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-proxy-server",
                "--hide-scrollbars", // so that 1280 pixels are 1280
                // tabs behind another must go on as those of a visitor with two windows do
                "--disable-renderer-backgrounding",
                "--disable-backgrounding-occluded-windows",
                "--lang=en",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
                "--user-data-dir=" + profile);
        options.setExperimentalOption(
                "prefs",
                Map.of(
                        "credentials_enable_service",
                        false,
                        "autofill.profile_enabled",
                        false,
                        "translate.enabled",
                        false));
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(installation.driver().toFile())
                .usingAnyFreePort()
                .withLogFile(profile.resolve("chromedriver.log").toFile())
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(60));
        driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
        return driver;
    }

    /** As if it had never been used: one empty tab, no cookies, nothing stored, a light desktop in English, online. */
    void renew() {
        List<String> used = List.copyOf(driver.getWindowHandles());
        String fresh =
                driver.switchTo().newWindow(WindowType.TAB).getWindowHandle(); // what was stored per tab goes with it
        for (String tab : used) {
            driver.switchTo().window(tab);
            rememberOrigin();
            driver.close();
        }
        driver.switchTo().window(fresh);
        cdp("Network.clearBrowserCookies", Map.of());
        cdp("Network.clearBrowserCache", Map.of());
        origins.forEach(origin -> cdp("Storage.clearDataForOrigin", Map.of("origin", origin, "storageTypes", "all")));
        origins.clear();
        driver.manage().logs().get("browser");
        console.clear();
        expected.clear();
        media.clear();
        media.put("prefers-color-scheme", "light");
        // what moves makes pictures and contrasts depend on the instant they are taken at
        media.put("prefers-reduced-motion", "reduce");
        screen = Screen.DESKTOP;
        language = "en";
        offline = false;
        applyAll();
    }

    /* What the visitor has. It holds for all tabs that are opened later, and for the one in front. */

    public void screen(Screen screen) {
        this.screen = screen;
        applyScreen();
    }

    /** What {@code Accept-Language} and {@code navigator.language} say from the next page on, such as {@code ru}. */
    public void language(String language) {
        this.language = language;
        applyLanguage();
    }

    public void dark() {
        media("prefers-color-scheme", "dark");
    }

    public void light() {
        media("prefers-color-scheme", "light");
    }

    /** Any CSS media feature, such as {@code forced-colors}. Motion is reduced unless told otherwise. */
    public void media(String feature, String value) {
        media.put(feature, value);
        applyMedia();
    }

    /** Takes the network away: requests fail, and pages are told. Those that are under way already go on. */
    public void offline() {
        offline = true;
        applyNetwork();
    }

    public void online() {
        offline = false;
        applyNetwork();
    }

    /* Pages and tabs. */

    /** Opens the page in this tab, and waits until it has loaded. */
    public void open(String url) {
        rememberOrigin();
        driver.get(url);
        rememberOrigin();
    }

    public void reload() {
        driver.navigate().refresh();
    }

    public void back() {
        driver.navigate().back();
    }

    public String url() {
        return driver.getCurrentUrl();
    }

    /** Opens the page in one more tab and goes there. @return the tab, for {@link #goTo} */
    public String openTab(String url) {
        driver.switchTo().newWindow(WindowType.TAB);
        applyAll();
        open(url);
        return tab();
    }

    /** The tab that is in front. */
    public String tab() {
        return driver.getWindowHandle();
    }

    public void goTo(String tab) {
        driver.switchTo().window(tab);
    }

    public void closeTab() {
        rememberOrigin();
        driver.close();
        driver.switchTo().window(driver.getWindowHandles().iterator().next());
    }

    /* What is on the page. */

    /** The one element there, waited for; more than one is a failure. */
    public WebElement one(String... path) {
        AtomicReference<WebElement> found = new AtomicReference<>();
        await(() -> found.set(only(path)));
        return found.get();
    }

    private WebElement only(String... path) {
        List<WebElement> found = all(path);
        assertThat(found).as("elements at %s", String.join(" > ", path)).hasSize(1);
        return found.get(0);
    }

    /** Waits for nothing. */
    @SuppressWarnings("unchecked")
    public List<WebElement> all(String... path) {
        return (List<WebElement>) eval(FIND, List.of(path));
    }

    /** Waits until nothing there is shown. */
    public void awaitNone(String... path) {
        await(() -> assertThat(all(path))
                .as("shown elements at %s", String.join(" > ", path))
                .noneMatch(WebElement::isDisplayed));
    }

    /** Clicks as soon as that is possible: something may still be drawn anew, or lie above. */
    public void click(String... path) {
        await(() -> {
            WebElement element = only(path);
            assertThat(element.isEnabled())
                    .as("enabled: %s", String.join(" > ", path))
                    .isTrue();
            element.click();
        });
    }

    /**
     * What a visitor can read, through open shadow roots, but for what fields hold: a block a line, runs of blanks
     * (unbreakable ones too) made one.
     */
    public String text() {
        return (String) eval(TEXT);
    }

    /** Waits until the visitor can read this. */
    public void awaitText(String part) {
        await(() -> assertThat(text()).contains(part));
    }

    /** Waits until the visitor cannot read this, or no longer. */
    public void awaitNoText(String part) {
        await(() -> assertThat(text()).doesNotContain(part));
    }

    /** What a screen reader is told without being asked: what stands in live regions, where anything does. */
    @SuppressWarnings("unchecked")
    public List<String> liveTexts() {
        return (List<String>) eval(LIVE_TEXTS);
    }

    /** Waits until a screen reader is told this. */
    public void awaitAnnounced(String part) {
        await(() -> assertThat(liveTexts()).as("live regions").anyMatch(text -> text.contains(part)));
    }

    /** What has the focus, through open shadow roots; the body: nothing. */
    public WebElement focused() {
        return (WebElement) eval(FOCUSED);
    }

    /** Waits until the one element there has the focus. */
    public void awaitFocus(String... path) {
        await(() -> assertThat(focused()).as("what has the focus").isEqualTo(only(path)));
    }

    /** Waits until the assertion holds. What is drawn anew in between is looked for again. */
    public void await(ThrowingRunnable assertion) {
        Awaitility.await()
                .pollInSameThread()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> {
                    try {
                        assertion.run();
                    } catch (NoSuchSessionException | NoSuchWindowException e) {
                        throw e;
                    } catch (WebDriverException e) {
                        // gone, covered, or between two pages: that passes
                        throw new AssertionError(e.getMessage(), e);
                    }
                });
    }

    /** The body of a function, with {@code arguments}; a promise that it returns is waited for. CSP does not hinder it. */
    public Object eval(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /* Hands. */

    /** Presses the keys one after another, wherever the focus is. */
    public void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses a key while others are held, such as {@code hold(Keys.TAB, Keys.SHIFT)}. */
    public void hold(CharSequence key, Keys... modifiers) {
        Actions actions = new Actions(driver);
        Stream.of(modifiers).forEach(actions::keyDown);
        actions.sendKeys(key);
        Stream.of(modifiers).forEach(actions::keyUp);
        actions.perform();
    }

    /** Puts the text on the clipboard and pastes it by keyboard where the focus is. */
    public void paste(String text) {
        cdp("Browser.setPermission", Map.of("permission", Map.of("name", "clipboard-write"), "setting", "granted"));
        eval("return navigator.clipboard.writeText(arguments[0])", text);
        hold("v", Keys.CONTROL);
    }

    /* The console. */

    /**
     * Says that the test will make console errors that contain the part, such as the path of a request that is refused:
     * Chromium writes down every answer from 400 on.
     */
    public void expect(String... parts) {
        expected.addAll(List.of(parts));
    }

    /** All that the pages, and the browser about them, have written since the test began. */
    public List<LogEntry> console() {
        driver.manage().logs().get("browser").forEach(console::add);
        return List.copyOf(console);
    }

    /** No page wrote, threw, or was refused anything but what is {@linkplain #expect expected}. */
    public void assertConsoleIsClean() {
        assertThat(console().stream()
                        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                        .map(LogEntry::getMessage)
                        .filter(message -> expected.stream().noneMatch(message::contains)))
                .as("errors in the console")
                .isEmpty();
    }

    /* Looks. */

    /** Keeps a picture of the whole page as {@code target/screenshots/<name>.png}. */
    public Path screenshot(String name) {
        Map<?, ?> page = (Map<?, ?>) cdp("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
        Map<String, Object> clip = new LinkedHashMap<>(Map.of("x", 0, "y", 0, "scale", 1));
        clip.put("width", page.get("width"));
        clip.put("height", page.get("height"));
        String png = (String)
                cdp("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip", clip))
                        .get("data");
        return keep(name + ".png", Base64.getDecoder().decode(png));
    }

    /**
     * Nothing on the page, inside open shadow roots too, is what axe-core calls a violation of WCAG 2.2 AA or of best
     * practice.
     *
     * @param rulesLeftOut by axe's ids; say why where you name them
     */
    public void axe(String... rulesLeftOut) {
        eval(AXE);
        @SuppressWarnings("unchecked")
        List<String> violations = (List<String>) eval("""
                const rules = Object.fromEntries(arguments[1].map(rule => [rule, {enabled: false}]));
                const place = ({target, failureSummary}) =>
                    `\\n  at ${target.flat().join(' > ')}\\n    ${failureSummary.replace(/\\n */g, '\\n      ')}`;
                return axe.run(document, {runOnly: {type: 'tag', values: arguments[0]}, rules, resultTypes: ['violations']})
                    .then(({violations}) => violations.map(({id, impact, help, nodes}) =>
                        `${id} (${impact}): ${help}${nodes.map(place).join('')}`));
                """, AXE_TAGS, List.of(rulesLeftOut));
        if (!violations.isEmpty()) {
            throw new AssertionError("axe finds at " + url() + ":\n" + String.join("\n", violations));
        }
    }

    /** Keeps what the page looks like, what can be read there, and the console. */
    void keepEvidence(String name) {
        String report = url() + "\n\nconsole:\n"
                + console().stream().map(LogEntry::toString).collect(Collectors.joining("\n")) + "\n\ntext:\n" + text()
                + "\n";
        keep(name + ".txt", report.getBytes(StandardCharsets.UTF_8));
        screenshot(name);
    }

    /** Removes what an earlier run kept. */
    static void forgetEvidence(String name) {
        try {
            Files.deleteIfExists(SCREENSHOTS.resolve(name + ".txt"));
            Files.deleteIfExists(SCREENSHOTS.resolve(name + ".png"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command of the Chrome DevTools protocol, to the tab in front. */
    public Map<String, Object> cdp(String command, Map<String, Object> parameters) {
        return driver.executeCdpCommand(command, parameters);
    }

    /** Ends the browser and removes what it kept. */
    @Override
    public void close() {
        try {
            driver.quit();
        } finally {
            delete(profile);
        }
    }

    private void applyAll() {
        applyScreen();
        applyLanguage();
        applyMedia();
        applyNetwork();
    }

    private void applyScreen() {
        cdp(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width", screen.width,
                        "height", screen.height,
                        "deviceScaleFactor", screen.scale,
                        "mobile", screen.mobile));
        cdp(
                "Emulation.setTouchEmulationEnabled",
                screen.mobile ? Map.of("enabled", true, "maxTouchPoints", 5) : Map.of("enabled", false));
    }

    private void applyLanguage() {
        cdp("Emulation.setUserAgentOverride", Map.of("userAgent", userAgent, "acceptLanguage", language));
        cdp(
                "Emulation.setLocaleOverride",
                Map.of("locale", Locale.forLanguageTag(language).toString()));
    }

    private void applyMedia() {
        cdp(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        media.entrySet().stream()
                                .map(feature -> Map.of("name", feature.getKey(), "value", feature.getValue()))
                                .toList()));
    }

    private void applyNetwork() {
        cdp("Network.enable", Map.of());
        cdp(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    private void rememberOrigin() {
        URI uri = URI.create(driver.getCurrentUrl());
        if (uri.getScheme().startsWith("http")) {
            origins.add(uri.getScheme() + "://" + uri.getAuthority());
        }
    }

    private static Path keep(String file, byte[] content) {
        try {
            return Files.write(Files.createDirectories(SCREENSHOTS).resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Again if need be: processes of the browser may still write as they end. */
    private static void delete(Path folder) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    if (Files.exists(folder)) {
                        List<Path> innermostFirst;
                        try (Stream<Path> files = Files.walk(folder)) {
                            innermostFirst =
                                    files.sorted(Comparator.reverseOrder()).toList();
                        } catch (UncheckedIOException e) {
                            throw e.getCause();
                        }
                        for (Path file : innermostFirst) {
                            Files.deleteIfExists(file);
                        }
                    }
                    return true;
                });
    }

    /** Out of its webjar, in whichever version that is. */
    private static String axeScript() {
        try {
            Properties webjar = new Properties();
            try (InputStream in =
                    Browser.class.getResourceAsStream("/META-INF/maven/org.webjars.npm/axe-core/pom.properties")) {
                webjar.load(in);
            }
            String script = "/META-INF/resources/webjars/axe-core/" + webjar.getProperty("version") + "/axe.min.js";
            try (InputStream in = Browser.class.getResourceAsStream(script)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
