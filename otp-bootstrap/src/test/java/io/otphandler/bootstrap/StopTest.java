package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Told to stop, the service lets everybody know and leaves nothing half done. */
class StopTest {

    @TempDir
    private Path folder;

    @Test
    void onSigtermHeldPollsAreToldAndWhatIsUnderWayEnds() throws Exception {
        try (RunningService service = RunningService.start(folder)) {
            Api api = service.api();
            String polled = api.started("+79120000001");
            assertThat(api.channelPoll(polled).status()).isEqualTo(200);
            CompletableFuture<Api.Answer> poll = api.statusPoll(polled, "+79120000001");
            assertThat(api.behave("+79120000002", "sms", "accept", 2500).status())
                    .isEqualTo(204);
            String dispatched = api.started("+79120000002");
            Awaitility.await().until(() -> api.code("+79120000002").isPresent());
            Awaitility.await().until(() -> held(api) == 1);

            service.terminate();

            Api.Answer told = poll.get();
            assertThat(told.status()).isEqualTo(503);
            assertThat(told.type()).isEqualTo("ServiceUnavailableException");
            assertThat(told.header("Retry-After")).contains("0");
            // a hand-over is still under way, so the service is still there to say that it is not ready
            assertThat(api.site("GET", "/health/ready", null).status()).isEqualTo(503);
            assertThat(service.ended(Duration.ofSeconds(20))).isTrue();

            try (RunningService again = RunningService.start(folder)) {
                assertThat(again.api().channel(dispatched).body().path("status").asText())
                        .isEqualTo("sent");
                assertThat(again.api().messages("+79120000002")).isEmpty();
            }
        }
    }

    @Test
    void aMessageThatWaitsForItsGatewayWhenTheProcessDiesGoesOutAfterTheRestart() throws Exception {
        String request;
        try (RunningService service = RunningService.start(folder)) {
            Api api = service.api();
            assertThat(api.behave("+79120000003", "sms", "unavailable", 0).status())
                    .isEqualTo(204);
            request = api.started("+79120000003");
            assertThat(api.channel(request).body().path("status").asText()).isEqualTo("wait");
            service.kill();
        }
        try (RunningService again = RunningService.start(folder)) {
            Api api = again.api();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() ->
                            api.channel(request).body().path("status").asText().equals("sent"));
            String code = api.code("+79120000003").orElseThrow();
            assertThat(api.lastMessage("+79120000003").path("dispatchId").asText())
                    .isEqualTo(request + ".1");
            assertThat(api.checkCode(request, code).success()).isTrue();
        }
    }

    private static int held(Api api) {
        return api.site("GET", "/health/ready", null).status() == 200 ? 1 : 0;
    }
}
