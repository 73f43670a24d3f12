package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.bootstrap.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets are changed by listing several, and no session is lost by it. */
class RotationTest {

    private static final String OLD = "the old secret, which is long enough";
    private static final String NEW = "the new secret, which is long enough";

    @TempDir
    private Path folder;

    @Test
    void sessionsKeepTheirCodesWhileThePepperIsRotated() throws Exception {
        Path old = secret("pepper.old", OLD);
        Path young = secret("pepper.new", NEW);
        String token;
        String first = "+79130000001";
        String second = "+79130000002";
        String third = "+79130000003";
        String key = "send-once";
        String firstRequest;
        String firstCode;
        String secondRequest;
        String secondCode;
        String keyed;

        try (RunningService service = peppered(old.toString())) {
            token = service.token("demo", "otp:backend otp:sandbox");
            Api api = new Api(service.site(), token);
            keyed = api.sendOnce(key, third).body().path("requestId").asText();
            firstRequest = api.started(first);
            assertThat(api.channelPoll(firstRequest).status()).isEqualTo(200);
            firstCode = api.code(first).orElseThrow();
        }
        try (RunningService service = peppered(young + "," + old)) {
            Api api = new Api(service.site(), token);
            assertThat(api.checkCode(firstRequest, firstCode).success()).isTrue();
            assertThat(api.sendOnce(key, third).body().path("requestId").asText())
                    .isEqualTo(keyed);
            secondRequest = api.started(second);
            assertThat(api.channelPoll(secondRequest).status()).isEqualTo(200);
            secondCode = api.code(second).orElseThrow();
            assertThat(secondCode).isNotEqualTo("0000");
        }
        refused(old.toString());
        try (RunningService service = peppered(young.toString())) {
            Api api = new Api(service.site(), token);
            assertThat(api.checkCode(secondRequest, secondCode).success()).isTrue();
        }
    }

    @Test
    void tokensOfAllSecretsAreGoodAndTheFirstSigns() throws Exception {
        Path old = secret("jwt.old", OLD);
        Path young = secret("jwt.new", NEW);
        String ofOld = signed(OLD);
        String ofNew = signed(NEW);

        try (RunningService service = start("OTP_AUTH_HMACSECRETFILE", young + "," + old)) {
            assertThat(new Api(service.site(), ofOld).send("+79130000004").status())
                    .isEqualTo(201);
            assertThat(new Api(service.site(), ofNew).send("+79130000005").status())
                    .isEqualTo(201);
        }
        String printed = token(young + "," + old);
        try (RunningService service = start("OTP_AUTH_HMACSECRETFILE", young.toString())) {
            assertThat(new Api(service.site(), ofOld).send("+79130000006").status())
                    .isEqualTo(401);
            assertThat(new Api(service.site(), printed).send("+79130000007").status())
                    .isEqualTo(201);
        }
    }

    private RunningService peppered(String files) throws IOException {
        return start("OTP_CODES_PEPPERFILE", files);
    }

    private RunningService start(String variable, String value) throws IOException {
        return RunningService.start(folder, Map.of(variable, value), List.of(), List.of("--port", "0"));
    }

    private void refused(String files) throws Exception {
        Process process = RunningService.process(
                        folder, Map.of("OTP_CODES_PEPPERFILE", files), List.of(), List.of("--port", "0"))
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("codes.pepperFile");
    }

    private String token(String files) throws Exception {
        Process process = RunningService.process(
                        folder,
                        Map.of("OTP_AUTH_HMACSECRETFILE", files),
                        List.of(),
                        List.of("token", "--account", "demo", "--scope", "otp:backend"))
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return printed;
    }

    private static String signed(String secret) {
        Settings.Auth auth =
                new Settings.Auth(Optional.empty(), Optional.empty(), List.of(), List.of(), Optional.empty());
        return new Tokens(secret.getBytes(StandardCharsets.UTF_8), auth)
                .sign("demo", "otp:backend", List.of(), Instant.now(), Duration.ofHours(1));
    }

    private Path secret(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
