package io.otphandler.bootstrap.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.otphandler.bootstrap.Api;
import io.otphandler.bootstrap.RunningService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** The form on somebody else's site: another origin, a strict Content Security Policy, tokens of the site's own. */
@BrowserTest
class FormTest {

    private static final String VIEW = "return document.querySelector('otp-widget').getAttribute('data-view')";
    private static final String CODELESS = "10000000-0000-4000-8000-000000000001";
    private static final String BLOCKED = "10000000-0000-4000-8000-000000000002";
    private static final String LONG = "10000000-0000-4000-8000-000000000003";
    private static final String MAIL = "10000000-0000-4000-8000-000000000004";
    private static final String ONCE = "10000000-0000-4000-8000-000000000005";

    private static Pages site;
    private static RunningService service;
    private static Api api;
    private static String tokens;

    @BeforeAll
    static void serve(@TempDir Path folder) throws IOException {
        site = Pages.start();
        service = RunningService.start(
                folder,
                Map.of(
                        "OTP_HTTP_ALLOWEDORIGINS",
                        site.site(),
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
        api = service.api();
        String token = service.token("demo", "otp:widget");
        tokens = site.file("/otp-token", "application/json", "{\"token\":\"" + token + "\"}", Map.of());
        widget(CODELESS, "sim_push", "\"restartCooldown\":0,\"numberOfRestart\":1");
        widget(BLOCKED, "sms", "\"lifetime\":300");
        assertThat(api.site("POST", "/admin/widgets/" + BLOCKED + "/block", null)
                        .status())
                .isEqualTo(200);
        widget(LONG, "sms", "\"code\":{\"length\":10,\"beautify\":true}");
        widget(MAIL, "email", "\"lifetime\":300");
        widget(ONCE, "sms", "\"numberOfRestart\":0,\"restartCooldown\":0");
        site.file("/events.js", "text/javascript", """
                window.seen = [];
                for (const name of ['otp:started', 'otp:channel', 'otp:confirmed', 'otp:error', 'code:check']) {
                  document.addEventListener(name, ({detail}) => seen.push({name, detail}));
                }
                """, Map.of());
    }

    private static void widget(String id, String type, String settings) {
        String body = """
                {"name":"Form","channels":[{"type":"%s",%s,"gateways":["sandbox"],"templates":[{"subject":%s,"text":"%s"}]}]}
                """.formatted(
                        type,
                        settings,
                        type.equals("email") ? "\"Code\"" : "null",
                        type.equals("sim_push") ? "Is it you?" : "{{code}}");
        assertThat(api.site("PUT", "/admin/widgets/" + id, body).status()).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
        if (site != null) {
            site.close();
        }
    }

    @Test
    void oneScriptTagAndOneElementAreEnoughUnderAStrictPolicy(Browser browser) {
        browser.open(
                page("/plain", "<otp-widget widget-id='" + Api.DEMO_WIDGET + "' token-url='/otp-token'></otp-widget>"));
        send(browser, "+79123450001");
        awaitView(browser, "code");
        browser.press(code("+79123450001"));
        awaitView(browser, "confirmed");

        Object request = browser.eval("return document.querySelector('otp-widget').requestId");
        assertThat(browser.eval("return seen.map(({name}) => name)"))
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .startsWith("otp:started", "otp:channel")
                .endsWith("otp:confirmed", "code:check");
        assertThat(browser.eval("return JSON.stringify(seen.at(-1).detail)"))
                .isEqualTo("[{\"requestId\":\"" + request
                        + "\",\"recipient\":\"+79123450001\",\"status\":\"confirmed\"}]");
        assertThat(api.checkStatusAndComplete((String) request, "+79123450001").success())
                .isTrue();
    }

    @Test
    void theVendorsWayOfEmbeddingWorks(Browser browser) {
        site.file(
                "/widgets.js",
                "text/javascript",
                "window.OTP_WIDGETS = [{widgetId: '" + Api.DEMO_WIDGET
                        + "', containerId: 'here', locale: 'ru', autofocus: true}];",
                Map.of());
        browser.open(page(
                "/vendor", "<div id='here' data-token-url='/otp-token'></div><script src='/widgets.js'></script>"));

        browser.awaitText("Номер телефона");
        browser.awaitFocus("otp-widget", "#recipient");
        browser.press("89123450002", Keys.ENTER);
        browser.awaitText("Введите код из SMS");
        browser.press(code("+79123450002"));
        browser.await(() -> assertThat(browser.eval("return seen.at(-1).name")).isEqualTo("code:check"));

        browser.eval("const more = document.createElement('div'); more.id = 'later';"
                + " more.dataset.tokenUrl = '/otp-token'; document.querySelector('main').append(more);"
                + " OTP_WIDGETS.push({widgetId: '" + LONG + "', containerId: 'later', locale: 'en'})");
        browser.awaitText("Phone number");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    RU | 89123456789        | RU | 912 345 67 89  | +79123456789
                    RU | 79123456789        | RU | 912 345 67 89  | +79123456789
                    RU | +7 (912) 345-67-89 | RU | 912 345 67 89  | +79123456789
                    RU | +447700900123      | GB | 7700 900123    | +447700900123
                    RU | 00447700900123     | GB | 7700 900123    | +447700900123
                    GB | 07700900123        | GB | 7700 900123    | +447700900123
                    US | 2015550123         | US | 201 555 0123   | +12015550123
                    RU | +77012345678       | KZ | 701 234 5678   | +77012345678
                    DE | 015112345678       | DE | 1511 2345678   | +4915112345678
                    IT | 3123456789         | IT | 312 345 6789   | +393123456789
                    HU | 06201234567        | HU | 20 123 4567    | +36201234567
                    """)
    void numbersAreTakenAsPeopleWriteThem(
            String country, String typed, String region, String shown, String recipient, Browser browser) {
        browser.open(page("/numbers", form("country='" + country + "'")));
        awaitView(browser, "phone");
        browser.click("otp-widget", "#recipient");
        browser.press(typed);
        browser.await(() -> assertThat(value(browser, "#recipient")).isEqualTo(shown));
        assertThat(value(browser, "select")).isEqualTo(region);

        // pasted, it comes in one piece
        browser.hold("a", Keys.CONTROL);
        browser.press(Keys.DELETE);
        browser.eval(
                "document.querySelector('otp-widget').shadowRoot.querySelector('select').value = arguments[0]",
                country);
        browser.eval(
                "document.querySelector('otp-widget').shadowRoot.querySelector('select').dispatchEvent(new Event('change'))");
        browser.paste(typed);
        browser.await(() -> assertThat(value(browser, "#recipient")).isEqualTo(shown));
        browser.press(Keys.ENTER);
        browser.await(() ->
                assertThat(browser.eval("return seen[0]?.detail.recipient")).isEqualTo(recipient));
    }

    @Test
    void digitsAreCorrectedWhereTheyStand(Browser browser) {
        browser.open(page("/caret", form("country='RU'")));
        awaitView(browser, "phone");
        browser.click("otp-widget", "#recipient");
        browser.press(
                "9123456789", Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.BACK_SPACE, "7");
        browser.await(() -> assertThat(value(browser, "#recipient")).isEqualTo("917 345 67 89"));
    }

    @Test
    void aCodeIsPastedWithItsBlanksAndSubmitsItself(Browser browser) {
        browser.open(page("/long", widgetForm(LONG, "locale='en'")));
        send(browser, "+79123450003");
        awaitView(browser, "code");
        assertThat(browser.all("otp-widget", ".code span")).hasSize(10);
        browser.screen(Screen.PHONE);
        browser.axe();
        browser.screenshot("form-long-code-360");
        String code = code("+79123450003");
        browser.paste(code.substring(0, 5) + " - " + code.substring(5));
        awaitView(browser, "confirmed");
    }

    @Test
    void aCodelessChannelSaysWhatToDo(Browser browser) {
        browser.open(page("/codeless", widgetForm(CODELESS, "locale='en'")));
        send(browser, "+79123450004");
        awaitView(browser, "codeless");
        browser.awaitText("Confirm on your phone");
        browser.awaitText("Waiting for your confirmation");
        browser.awaitAnnounced("Confirm on your phone");
        browser.axe();
        browser.dark();
        browser.axe();
        browser.screenshot("form-codeless-dark-1280");
        String dispatch = api.lastMessage("+79123450004").path("dispatchId").asText();
        assertThat(api.receipt(dispatch, "confirmed").status()).isEqualTo(202);
        awaitView(browser, "confirmed");
    }

    @Test
    void whileAMessageIsOnItsWayTheFormSaysSo(Browser browser) {
        assertThat(api.behave("+79123450016", "sms", "accept", 60_000).status()).isEqualTo(204);
        browser.open(page("/waiting", form("locale='en'")));
        send(browser, "+79123450016");
        awaitView(browser, "wait");
        browser.awaitText("Sending you an SMS…");
        browser.awaitAnnounced("Sending you an SMS…");
        browser.axe();
        browser.dark();
        browser.axe();
        browser.screenshot("form-wait-dark-1280");
    }

    @Test
    void anEmailAddressIsAskedForWhereTheWidgetSendsMail(Browser browser) {
        browser.open(page("/mail", widgetForm(MAIL, "locale='en' recipient='email'")));
        awaitView(browser, "phone");
        browser.awaitText("E-mail address");
        browser.click("otp-widget", "#recipient");
        browser.press("Ann@Example.com", Keys.ENTER);
        browser.awaitText("Enter the code from the e-mail");
        browser.press(code("ann@example.com"));
        awaitView(browser, "confirmed");
    }

    @Test
    void aConfirmedFormHasTheSessionAsItsValue(Browser browser) {
        browser.open(page(
                "/inside",
                "<form id='login'><otp-widget name='request' locale='en' widget-id='" + Api.DEMO_WIDGET
                        + "' token-url='/otp-token'></otp-widget></form>"));
        String value = "return new FormData(document.getElementById('login')).get('request')";
        send(browser, "+79123450005");
        awaitView(browser, "code");
        assertThat(browser.eval(value)).isNull();
        browser.press(code("+79123450005"));
        awaitView(browser, "confirmed");
        assertThat(browser.eval(value))
                .isEqualTo(browser.eval("return document.querySelector('otp-widget').requestId"));
    }

    @Test
    void theNumberCanBeChangedAndItsSessionIsCancelled(Browser browser) {
        browser.open(page("/change", form("locale='en'")));
        send(browser, "+79123450006");
        awaitView(browser, "code");
        String request = (String) browser.eval("return document.querySelector('otp-widget').requestId");
        browser.expect(request);
        browser.click("otp-widget", ".link");
        awaitView(browser, "phone");
        browser.awaitFocus("otp-widget", "#recipient");
        assertThat(value(browser, "#recipient")).isEqualTo("912 345 00 06");
        browser.await(() -> assertThat(api.channel(request).type()).isEqualTo("SessionClosedException"));
    }

    @Test
    void anotherLanguageIsAFileAndThePageMayChangeWords(Browser browser) {
        browser.open(page("/german", form("locale='de'")));
        browser.awaitText("Telefonnummer");
        browser.eval("OtpWidget.addLocale('fr', {phone: 'Numéro de téléphone'});"
                + " document.querySelector('otp-widget').setAttribute('locale', 'fr')");
        browser.awaitText("Numéro de téléphone");
        browser.awaitText("Continue");
    }

    @Test
    void aCodeThatTheBrowserReadsIsTakenOver(Browser browser) {
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                window.OTPCredential = class {};
                navigator.credentials.get = (options) =>
                  new Promise((resolve) => { window.asked = options; window.give = (code) => resolve({code}); });
                """));
        browser.open(page("/webotp", form("locale='en'")));
        send(browser, "+79123450007");
        awaitView(browser, "code");
        browser.await(() -> assertThat(browser.eval("return window.asked?.otp.transport[0]"))
                .isEqualTo("sms"));
        browser.eval("give(arguments[0])", code("+79123450007"));
        awaitView(browser, "confirmed");
    }

    @Test
    void aWrongTokenUrlIsTold(Browser browser) {
        browser.expect("/nowhere");
        browser.open(page("/no-token", "<otp-widget locale='en' widget-id='x' token-url='/nowhere'></otp-widget>"));
        awaitView(browser, "broken");
        browser.awaitText("The site does not answer. Check your connection and try again");
        browser.axe();
        // it works again as soon as the site does
        site.file("/nowhere", "application/json", "{\"token\":\"" + token() + "\"}", Map.of());
        browser.eval("document.querySelector('otp-widget').setAttribute('widget-id', '" + Api.DEMO_WIDGET + "')");
        awaitView(browser, "phone");
    }

    @Test
    void aBlockedWidgetAndAnUnknownOneAreTold(Browser browser) {
        browser.expect("/widget/");
        browser.open(page("/blocked", widgetForm(BLOCKED, "locale='en'")));
        browser.awaitText("Confirmation is switched off here, or for this number. Contact the site’s support.");
        browser.screenshot("form-blocked-1280");
        browser.open(page("/unknown", widgetForm("10000000-0000-4000-8000-00000000000f", "locale='en'")));
        browser.awaitText("The site has not set this form up properly. Contact its support.");
    }

    @Test
    void tooManyAttemptsAreToldWithTheTimeToWait(Browser browser) {
        browser.expect("429");
        String api = fakeApi("/busy", 429, "RateLimitException", "42");
        browser.open(page("/limited", form("locale='en' api='" + api + "'")));
        send(browser, "+79123450008");
        browser.awaitText("Too many attempts. Try again in 42 s.");
        browser.awaitFocus("otp-widget", "#recipient");
        assertThat(value(browser, "#recipient")).isEqualTo("912 345 00 08");
    }

    @Test
    void aServiceThatIsAwayIsToldAndTheSameAttemptIsMadeAgain(Browser browser) {
        browser.expect("ERR_", "/gone");
        String keys = "return sessionStorage.getItem('keys')";
        site.file("/keys.js", "text/javascript", """
                const real = window.fetch;
                window.fetch = (url, options) => {
                  const key = options?.headers?.['Idempotency-Key'];
                  if (key) sessionStorage.setItem('keys', (sessionStorage.getItem('keys') ?? '') + key + ' ');
                  return real(url, options);
                };
                """, Map.of());
        browser.open(
                page("/away", "<script src='/keys.js'></script>" + form("locale='en' api='http://127.0.0.1:9/gone'")));
        send(browser, "+79123450009");
        browser.awaitText("No answer. Check your connection and try again.");
        browser.press(Keys.ENTER);
        browser.await(() ->
                assertThat(((String) browser.eval(keys)).trim().split(" ")).hasSize(2));
        String[] both = ((String) browser.eval(keys)).trim().split(" ");
        assertThat(both[0]).hasSize(32).isEqualTo(both[1]);
    }

    @Test
    void aServiceThatSaysNothingAtAllIsToldToo(Browser browser) {
        site.file("/hurry.js", "text/javascript", """
                const real = window.setTimeout;
                window.setTimeout = (act, milliseconds) => real(act, milliseconds >= 15000 ? milliseconds / 10 : milliseconds);
                """, Map.of());
        fakeApi("/silent", 503, "ServiceUnavailableException", "1");
        site.on("/silent/", exchange -> {
            // it is never answered
        });
        browser.open(page(
                "/hanging",
                "<script src='/hurry.js'></script>" + form("locale='en' api='" + site.site() + "/silent'")));
        send(browser, "+79123450012");
        browser.awaitText("No answer. Check your connection and try again.");
        browser.awaitFocus("otp-widget", "#recipient");
    }

    @Test
    void aCodeWhoseAnswerWasLostConfirmsWhenItIsTriedAgain(Browser browser) {
        browser.expect("/checkCode");
        // the service confirms, and nothing that it says of it comes through until the visitor tries again
        site.file("/deaf.js", "text/javascript", """
                const real = window.fetch;
                let codes = 0;
                window.fetch = async (url, options) => {
                  const isCode = String(url).endsWith('/checkCode');
                  if (isCode) codes++;
                  if (isCode || codes === 0) {
                    const response = await real(url, options);
                    if (codes !== 1) return response;
                  } else if (codes > 1) {
                    return real(url, options);
                  }
                  throw new TypeError('lost');
                };
                """, Map.of());
        browser.open(page("/lost-answer", "<script src='/deaf.js'></script>" + form("locale='en'")));
        send(browser, "+79123450013");
        awaitView(browser, "code");
        browser.press(code("+79123450013"));
        browser.awaitText("No answer. Check your connection and try again.");
        browser.press(Keys.ENTER);
        awaitView(browser, "confirmed");
    }

    @Test
    void whatHasBeenSentCanStillBeUsedWhenNothingMoreCanBe(Browser browser) {
        browser.expect("/resend");
        browser.open(page("/last", widgetForm(ONCE, "locale='en'")));
        send(browser, "+79123450014");
        awaitView(browser, "code");
        browser.click("otp-widget", ".second");
        browser.awaitText("Nothing more can be sent. What you have got is still good.");
        browser.awaitNone("otp-widget", ".second");
        browser.awaitFocus("otp-widget", "#code");
        assertThat(browser.eval("return seen.at(-1).detail.type")).isEqualTo("NoAvailableChannelsException");
        browser.axe();
        browser.press(code("+79123450014"));
        awaitView(browser, "confirmed");
    }

    @Test
    void aSessionThatEndedWhileTheVisitorWasElsewhereIsToldButNotAfterAReload(Browser browser) {
        browser.expect("/channel", "/status");
        String page = page("/elsewhere", form("locale='en'"));
        browser.open(page);
        send(browser, "+79123450015");
        awaitView(browser, "code");
        browser.eval("""
                Object.defineProperty(document, 'hidden', {get: () => window.isAway, configurable: true});
                window.isAway = true;
                document.dispatchEvent(new Event('visibilitychange'));
                """);
        cancel((String) browser.eval("return document.querySelector('otp-widget').requestId"));
        browser.eval("window.isAway = false; document.dispatchEvent(new Event('visibilitychange'))");
        awaitView(browser, "ended");
        browser.awaitText("It was ended or used elsewhere.");

        browser.click("otp-widget", ".primary");
        awaitView(browser, "phone");
        browser.press(Keys.ENTER);
        awaitView(browser, "code");
        String request = (String) browser.eval("return document.querySelector('otp-widget').requestId");
        browser.open("about:blank");
        cancel(request);
        browser.open(page);
        awaitView(browser, "phone");
    }

    @Test
    void theTokenIsAskedForAgainOnceItHasExpired(Browser browser) {
        browser.expect("401");
        // the first is good for nothing any more
        String expired = token("otp:widget", -60);
        AtomicInteger asked = new AtomicInteger();
        site.on(
                "/changing-token",
                exchange -> Pages.reply(
                        exchange,
                        200,
                        "application/json",
                        "{\"token\":\"" + (asked.incrementAndGet() == 1 ? expired : token()) + "\"}"));
        browser.open(page(
                "/expiring",
                "<otp-widget locale='en' widget-id='" + Api.DEMO_WIDGET
                        + "' token-url='/changing-token'></otp-widget>"));
        send(browser, "+79123450010");
        awaitView(browser, "code");
        assertThat(asked.get()).isEqualTo(2);
    }

    @Test
    void coloursAndShapesAreThePagesToChoose(Browser browser) {
        site.file(
                "/brand.css",
                "text/css",
                "otp-widget { --otp-accent: #7a1fa2; --otp-radius: 0px; } otp-widget::part(button) { text-transform: uppercase; }",
                Map.of());
        browser.open(page("/brand", "<link rel='stylesheet' href='/brand.css'>" + form("locale='en' theme='dark'")));
        browser.awaitText("Phone number");
        String style = "const button = document.querySelector('otp-widget').shadowRoot.querySelector('.primary');"
                + " const {backgroundColor, borderRadius, textTransform} = getComputedStyle(button);"
                + " return [backgroundColor, borderRadius, textTransform].join(' ')";
        assertThat(browser.eval(style)).isEqualTo("rgb(122, 31, 162) 0px uppercase");
    }

    @Test
    void theJavaScriptClientOfTheDocsTakesASessionToItsEnd(Browser browser) throws IOException {
        browser.expect("/checkCode");
        Matcher block = Pattern.compile("## JavaScript.*?```js\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "clients.md")));
        assertThat(block.find()).isTrue();
        site.file(
                "/verify.js",
                "text/javascript",
                block.group(1).replace("http://127.0.0.1:8080", service.site()),
                Map.of());
        site.on("/code", exchange -> {
            String recipient = URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
            Pages.reply(exchange, 200, "text/plain", code(recipient));
        });
        browser.open(page("/client", "<p>A page</p>"));

        Object told = browser.eval("""
                const [token, widget, recipient] = arguments;
                return (async () => {
                  const {verify} = await import('/verify.js');
                  const told = [];
                  const ask = async (requestId, channel, wrong) => {
                    told.push(wrong);
                    return wrong ? (await fetch('/code?' + encodeURIComponent(recipient))).text() : 'wrong';
                  };
                  const result = await verify(token, widget, recipient, ask);
                  return JSON.stringify([result.success, told]);
                })();
                """, token(), Api.DEMO_WIDGET, "+79123450011");

        assertThat(told).isEqualTo("[true,[null,\"The code that the user entered is wrong\"]]");
    }

    /** An API that refuses every attempt, and knows the widget. */
    private static String fakeApi(String path, int status, String type, String retryAfter) {
        site.on(path + "/", exchange -> {
            allow(exchange);
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
            Pages.reply(
                    exchange,
                    exchange.getRequestMethod().equals("OPTIONS") ? 204 : status,
                    "application/json",
                    exchange.getRequestMethod().equals("OPTIONS")
                            ? ""
                            : "{\"type\":\"" + type + "\",\"message\":\"\",\"httpStatus\":" + status + "}");
        });
        site.on(
                path + "/widget/" + Api.DEMO_WIDGET,
                exchange -> Pages.reply(
                        exchange, 200, "application/json", "{\"isBlocked\":false,\"isActive\":true,\"name\":\"x\"}"));
        return site.site() + path;
    }

    private static void allow(HttpExchange exchange) {
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
    }

    private static String form(String attributes) {
        return widgetForm(Api.DEMO_WIDGET, attributes);
    }

    private static String widgetForm(String widget, String attributes) {
        return "<otp-widget widget-id='" + widget + "' token-url='" + tokens + "' " + attributes + "></otp-widget>";
    }

    /** A page of the site's that allows no more than docs/form.md says. */
    private static String page(String path, String body) {
        return site.page(
                path,
                "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Site</title>"
                        + "<meta name='viewport' content='width=device-width, initial-scale=1'>"
                        + "<script src='" + service.site()
                        + "/widget.js' defer></script><script src='/events.js'></script></head>"
                        + "<body><main><h1>Log in</h1>" + body + "</main></body></html>",
                Map.of(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; script-src 'self' " + service.site()
                                + "; connect-src 'self' http://127.0.0.1:* ; require-trusted-types-for 'script'"));
    }

    private static void send(Browser browser, String number) {
        awaitView(browser, "phone");
        browser.click("otp-widget", "#recipient");
        browser.press(number, Keys.ENTER);
    }

    private static String code(String recipient) {
        return api.code(recipient).orElseThrow();
    }

    private static void cancel(String request) {
        assertThat(api.site("DELETE", "/api/n/otp-handler/" + request, null).success())
                .isTrue();
    }

    private static String token() {
        return token("otp:widget", 600);
    }

    private static String token(String scope, long seconds) {
        try {
            return service.token("demo", scope, Duration.ofSeconds(seconds));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object value(Browser browser, String selector) {
        return browser.eval(
                "return document.querySelector('otp-widget').shadowRoot.querySelector(arguments[0]).value", selector);
    }

    private static void awaitView(Browser browser, String view) {
        browser.await(() -> assertThat(browser.eval(VIEW)).isEqualTo(view));
    }
}
