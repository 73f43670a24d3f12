package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.javalin.http.HandlerType;
import io.otphandler.adapter.http.jetty.JsonErrors;
import io.otphandler.adapter.http.jetty.RunningRequests;
import io.otphandler.adapter.http.jetty.SafeHeaders;
import io.otphandler.adapter.http.token.ConfiguredKeys;
import io.otphandler.adapter.http.token.TokenVerifier;
import io.otphandler.adapter.http.token.VerificationKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who answers what, where one thread waits for all connections: whatever one of them has asked, the others are heard. */
final class PromptRoutesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String WAITING = "waiting";
    private static final int MANY = 20;
    /** No route here asks for one. */
    private static final TokenVerifier TOKENS = new TokenVerifier(
            new ConfiguredKeys(List.of(VerificationKey.hmac(new byte[64]))), null, null, Clock.systemUTC());

    private final Failures failures = new Failures(UUID::randomUUID);
    private final Map<String, String> threads = new ConcurrentHashMap<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final CompletableFuture<Reply> later = new CompletableFuture<>();
    private final ExecutorService executor = Executors.newCachedThreadPool(task -> new Thread(task, WAITING));
    private final Server server = new Server();
    private final HttpClient client = HttpClient.newHttpClient();
    private URI site = URI.create("http://127.0.0.1");

    @AfterEach
    void stop() throws Exception {
        released.countDown();
        server.stop();
        executor.shutdownNow();
    }

    private void start(boolean isNear) throws Exception {
        DirectRoutes routes = new DirectRoutes(executor, isNear);
        add(routes, Route.prompt(HandlerType.GET, "/soon", Set.of()), call -> done());
        add(routes, Route.prompt(HandlerType.GET, "/later", Set.of()), call -> later);
        add(routes, Route.of(HandlerType.GET, "/waits", Set.of()), call -> {
            released.await();
            return done();
        });
        SafeHeaders safe = new SafeHeaders(null);
        RunningRequests running = new RunningRequests(
                "management", new JsonErrors(failures, safe), safe, (route, method, status, nanos) -> {});
        running.setHandler(routes);
        server.setHandler(running);
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.start();
        site = URI.create("http://127.0.0.1:" + connector.getLocalPort());
    }

    private interface Asked {
        CompletableFuture<Reply> answer(Call call) throws InterruptedException;
    }

    private void add(DirectRoutes routes, Route route, Asked asked) {
        Gate.Endpoint endpoint = call -> {
            threads.put(route.template(), Thread.currentThread().getName());
            try {
                return asked.answer(call);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        routes.add("GET", route.template(), new Gate(route, endpoint, TOKENS, failures));
    }

    private static CompletableFuture<Reply> done() {
        return CompletableFuture.completedFuture(Reply.success(200, true));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(site.resolve(path)).timeout(PATIENCE);
    }

    private int get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private List<CompletableFuture<Integer>> getMany(String path) {
        return IntStream.range(0, MANY)
                .mapToObj(i -> client.sendAsync(request(path).build(), HttpResponse.BodyHandlers.discarding())
                        .thenApply(HttpResponse::statusCode))
                .toList();
    }

    private static void assertAllAnswered(List<CompletableFuture<Integer>> answers) {
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                .join())
                        .isEqualTo(200));
    }

    @Test
    void whatWaitsForNothingIsAnsweredWhereItComes() throws Exception {
        start(true);

        assertThat(get("/soon")).isEqualTo(200);

        assertThat(threads.get("/soon")).isNotEqualTo(WAITING);
    }

    @Test
    void whatMayWaitHoldsUpNobody() throws Exception {
        start(true);
        List<CompletableFuture<Integer>> waiting = getMany("/waits");
        await().atMost(PATIENCE).until(() -> threads.containsKey("/waits"));

        assertThat(get("/soon")).isEqualTo(200);
        assertThat(get("/nowhere")).isEqualTo(404);

        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        released.countDown();
        assertAllAnswered(waiting);
        assertThat(threads.get("/waits")).isEqualTo(WAITING);
    }

    @Test
    void anAnswerThatIsToComeHoldsUpNobody() throws Exception {
        start(true);
        List<CompletableFuture<Integer>> waiting = getMany("/later");
        await().atMost(PATIENCE).until(() -> threads.containsKey("/later"));

        assertThat(get("/soon")).isEqualTo(200);

        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        later.complete(Reply.success(200, true));
        assertAllAnswered(waiting);
        assertThat(threads.get("/later")).isNotEqualTo(WAITING);
    }

    @Test
    void whatComesWithAKeyMayWait() throws Exception {
        start(true);

        int status = client.send(
                        request("/soon").header("Idempotency-Key", "k").build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();

        assertThat(status).isEqualTo(200);
        assertThat(threads.get("/soon")).isEqualTo(WAITING);
    }

    @Test
    void whereStoreOrKeysAreFarEverythingMayWait() throws Exception {
        start(false);

        assertThat(get("/soon")).isEqualTo(200);

        assertThat(threads.get("/soon")).isEqualTo(WAITING);
    }
}
