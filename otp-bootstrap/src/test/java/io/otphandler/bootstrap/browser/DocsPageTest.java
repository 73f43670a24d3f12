package io.otphandler.bootstrap.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.bootstrap.RunningService;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A developer browses a description that is served by what it describes. */
@BrowserTest
class DocsPageTest {

    private static RunningService service;

    @BeforeAll
    static void serve(@TempDir Path folder) throws IOException {
        service = RunningService.start(folder);
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void allOperationsAreShown(Screen screen, Browser browser) {
        browser.screen(screen);
        browser.open(service.site() + "/docs");

        browser.awaitText("/api/n/otp-handler/{requestId}/checkCode");
        assertThat(browser.all(".opblock")).hasSizeGreaterThan(15);
        browser.screenshot("docs-" + screen.width);
        // What Swagger UI draws is not ours to draw otherwise: its colours, buttons inside buttons, small targets, a
        // list
        // of servers without a name, a heading that leaves out a level, what it has outside its main part.
        browser.axe("color-contrast", "nested-interactive", "target-size", "select-name", "heading-order", "region");
    }
}
