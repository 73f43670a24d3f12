package io.otphandler.bootstrap;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;

/** What is promised under concurrency holds for 40 calls at once, spread over all nodes there are. */
abstract class Races {

    private static final int CALLS = 40;

    private static int recipients;

    /** Each with all rights of the demo account; the first is the one that sends. */
    abstract List<Api> nodes();

    private Api first() {
        return nodes().get(0);
    }

    @RepeatedTest(5)
    void noMoreWrongCodesAreJudgedThanThereAreTries() throws Exception {
        String request = sent(recipient());

        Map<String, Long> types = types(atOnce(api -> api.checkCode(request, "0000")));

        assertThat(types).containsOnlyKeys("InvalidCodeException", "AttemptsExpiredException");
        assertThat(types.get("InvalidCodeException")).isEqualTo(3);
    }

    @RepeatedTest(5)
    void theRightCodeConfirmsOnce() throws Exception {
        String recipient = recipient();
        String request = sent(recipient);
        String code = first().code(recipient).orElseThrow();

        List<Api.Answer> answers = atOnce(api -> api.checkCode(request, code));

        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.type().equals("SessionClosedException"))
                .hasSize(CALLS - 1);
    }

    @RepeatedTest(5)
    void aSessionIsCompletedOnce() throws Exception {
        String recipient = recipient();
        String request = sent(recipient);
        assertThat(first().checkCode(request, first().code(recipient).orElseThrow())
                        .success())
                .isTrue();

        List<Api.Answer> answers = atOnce(api -> api.checkStatusAndComplete(request, recipient));

        assertThat(answers).allMatch(answer -> answer.status() == 201);
        assertThat(answers).filteredOn(Api.Answer::success).hasSize(1);
    }

    @RepeatedTest(5)
    void oneResendWinsACooldown() throws Exception {
        String recipient = recipient();
        String widget = "{\"name\":\"No cooldown\",\"channels\":[{\"type\":\"sms\",\"gateways\":[\"sandbox\"],"
                + "\"restartCooldown\":0,\"numberOfRestart\":1,\"templates\":[{\"text\":\"{{code}}\"}]},"
                + "{\"type\":\"voice\",\"gateways\":[\"sandbox\"],\"restartCooldown\":3600,\"templates\":[{\"text\":\"{{code}}\"}]}]}";
        String id =
                first().site("POST", "/admin/widgets", widget).body().path("id").asText();
        assertThat(first().behave(recipient, "sms", "accept", 0).status()).isEqualTo(204);
        String request = first().send(id, recipient).body().path("requestId").asText();
        assertThat(first().channelPoll(request).status()).isEqualTo(200);
        // what it starts stays in wait, where no further resend can win
        assertThat(nodes())
                .allMatch(node -> node.behave(recipient, "sms", "accept", 3000).status() == 204);

        List<Api.Answer> answers = atOnce(api -> api.post("/" + request + "/resend", null));

        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.type().equals("RestartCooldownActiveException"))
                .hasSize(CALLS - 1);
    }

    @RepeatedTest(5)
    void ofManySendsWithOneKeyOneSendsAndAllAreAnsweredTheSame() throws Exception {
        String recipient = recipient();

        List<Api.Answer> answers = atOnce(api -> api.sendOnce("key of " + recipient.substring(1), recipient));
        assertThat(answers).allMatch(answer -> answer.type().equals("ValidateError"));
        answers = atOnce(api -> api.sendOnce("key-of-" + recipient, recipient));

        assertThat(answers).allMatch(answer -> answer.status() == 201);
        assertThat(answers)
                .extracting(Api.Answer::body)
                .containsOnly(answers.get(0).body());
        String request = answers.get(0).body().path("requestId").asText();
        assertThat(first().channelPoll(request).status()).isEqualTo(200);
        assertThat(nodes().stream()
                        .mapToInt(node -> node.messages(recipient).size())
                        .sum())
                .isEqualTo(1);
    }

    @RepeatedTest(5)
    void ofManyCompletionsWithOneKeyAllAreToldTrueAndNobodyElse() throws Exception {
        String recipient = recipient();
        String request = sent(recipient);
        assertThat(first().checkCode(request, first().code(recipient).orElseThrow())
                        .success())
                .isTrue();

        List<Api.Answer> answers =
                atOnce(api -> api.checkStatusAndCompleteOnce("key-of-" + recipient, request, recipient));

        assertThat(answers).allMatch(Api.Answer::success);
        assertThat(nodes())
                .noneMatch(
                        node -> node.checkStatusAndComplete(request, recipient).success());
    }

    @RepeatedTest(5)
    void ofManySendsToARecipientAsManyPassAsFit() throws Exception {
        String recipient = recipient();

        List<Api.Answer> answers = atOnce(api -> api.send(recipient));

        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(3);
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 429)
                .hasSize(CALLS - 3)
                .allSatisfy(answer -> {
                    assertThat(answer.type()).isEqualTo("RateLimitException");
                    int retryAfter =
                            answer.body().path("payload").path("retryAfter").asInt();
                    assertThat(retryAfter).isBetween(1, 60);
                    assertThat(answer.header("Retry-After")).contains(Integer.toString(retryAfter));
                });
    }

    @RepeatedTest(2)
    void overAllSessionsOfARecipientNoMoreWrongCodesAreJudgedThanADayHas() throws Exception {
        String recipient = recipient();
        List<String> requests = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String id = widget();
            for (int j = 0; j < 3; j++) {
                requests.add(reached(first().send(id, recipient)));
            }
        }
        AtomicInteger next = new AtomicInteger();

        List<Api.Answer> answers =
                atOnce(api -> api.checkCode(requests.get(next.getAndIncrement() % requests.size()), "0000"));

        Map<String, Long> types = types(answers);
        assertThat(types).containsOnlyKeys("InvalidCodeException", "AttemptsExpiredException");
        long judged = types.get("InvalidCodeException");
        assertThat(judged).isLessThanOrEqualTo(30);
        // places of guesses that others were quicker than are free again, once nobody is at it any more
        String id = widget();
        for (Api.Answer sent = first().send(id, recipient); sent.status() != 429; sent = first().send(id, recipient)) {
            String request = reached(sent);
            while (first().checkCode(request, "0000").type().equals("InvalidCodeException")) {
                judged++;
            }
            requests.add(request);
        }
        assertThat(judged).isEqualTo(30);
        Awaitility.await()
                .untilAsserted(() -> assertThat(requests)
                        .allMatch(request -> first().channel(request).type().equals("AttemptsExpiredException")));
    }

    private String widget() throws Exception {
        return first().site("POST", "/admin/widgets", SMS).body().path("id").asText();
    }

    private String reached(Api.Answer sent) throws Exception {
        String request = sent.body().path("requestId").asText();
        assertThat(first().channelPoll(request).status()).isEqualTo(200);
        return request;
    }

    private static final String SMS = "{\"name\":\"One more\",\"channels\":[{\"type\":\"sms\","
            + "\"gateways\":[\"sandbox\"],\"templates\":[{\"text\":\"{{code}}\"}]}]}";

    private static synchronized String recipient() {
        return "+7912000" + String.format("%04d", recipients++);
    }

    private String sent(String recipient) {
        String request = first().started(recipient);
        assertThat(first().channelPoll(request).body().path("status").asText()).isEqualTo("sent");
        return request;
    }

    private static Map<String, Long> types(List<Api.Answer> answers) {
        return answers.stream().collect(groupingBy(Api.Answer::type, counting()));
    }

    private List<Api.Answer> atOnce(Function<Api, Api.Answer> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CALLS);
        try {
            CyclicBarrier start = new CyclicBarrier(CALLS);
            List<Future<Api.Answer>> futures = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                Api node = nodes().get(i % nodes().size());
                futures.add(threads.submit(() -> {
                    start.await();
                    return call.apply(node);
                }));
            }
            List<Api.Answer> answers = new ArrayList<>();
            for (Future<Api.Answer> future : futures) {
                answers.add(future.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
