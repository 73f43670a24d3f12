package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.otphandler.adapter.http.jetty.ErrorBodies;
import io.otphandler.adapter.http.jetty.Exchange;
import io.otphandler.adapter.http.token.KeysUnavailableException;
import io.otphandler.adapter.http.token.UnauthorizedException;
import io.otphandler.application.once.KeyReusedException;
import io.otphandler.application.once.StillUnderWayException;
import io.otphandler.application.polling.PollsStoppedException;
import io.otphandler.application.polling.TooManyPollsException;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.session.Refusal;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where refusals and exceptions become the API's errors. Whatever nobody foresaw is told by a number only,
 * under which the log has the rest. Thread-safe.
 */
final class Failures implements ErrorBodies {
    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private final Supplier<UUID> ids;

    /** @param ids of errors that nobody foresaw */
    Failures(Supplier<UUID> ids) {
        this.ids = ids;
    }

    /** What the application refuses. */
    static Problem problem(Refusal refusal) {
        return switch (refusal.reason()) {
            case RESEND_CHANNEL -> Problem.of(WireError.RESEND_CHANNEL);
            case ATTEMPTS_EXPIRED -> Problem.of(WireError.ATTEMPTS_EXPIRED);
            case NO_AVAILABLE_CHANNELS -> Problem.of(WireError.NO_AVAILABLE_CHANNELS);
            case SESSION_CLOSED -> Problem.of(WireError.SESSION_CLOSED);
            case CHANNEL_CHANGED -> Problem.of(WireError.CHANNEL_CHANGED);
            case INVALID_CODE -> invalidCode(refusal.triesLeft());
            case IS_CODELESS_CHANNEL -> Problem.of(WireError.IS_CODELESS_CHANNEL);
            case RESTART_COOLDOWN_ACTIVE -> later(WireError.RESTART_COOLDOWN_ACTIVE, refusal);
            case SESSION_ALREADY_CONFIRMED -> Problem.of(WireError.SESSION_ALREADY_CONFIRMED);
            case FORBIDDEN -> Problem.of(WireError.FORBIDDEN);
            case SESSION_NOT_FOUND -> Problem.of(WireError.SESSION_NOT_FOUND);
            case PHONE_NUMBER_MISMATCH -> Problem.of(WireError.PHONE_NUMBER_MISMATCH);
            case WIDGET_NOT_FOUND -> Problem.of(WireError.WIDGET_NOT_FOUND);
            case WIDGET_IS_BLOCKED -> Problem.of(WireError.WIDGET_IS_BLOCKED);
            case INVALID_RECIPIENT ->
                Problem.invalid("recipient", "expected a possible phone number or e-mail address");
            case REGION_NOT_ALLOWED ->
                Problem.invalid("recipient", "expected a number of a country that this widget takes");
            case NUMBER_TYPE_NOT_ALLOWED ->
                Problem.invalid("recipient", "expected a person's number, not a premium-rate or a company's one");
            case RATE_LIMIT -> later(WireError.RATE_LIMIT, refusal);
        };
    }

    private static Problem invalidCode(@Nullable Integer triesLeft) {
        Problem problem = Problem.of(WireError.INVALID_CODE);
        return triesLeft == null
                ? problem
                : problem.with(JsonNodeFactory.instance.objectNode().put("remainingCodeAttempts", triesLeft));
    }

    private static Problem later(WireError error, Refusal refusal) {
        Problem problem = Problem.of(error);
        return refusal.retryAfter() == null ? problem : problem.retryAfter(refusal.retryAfter());
    }

    /** What was thrown while a request was answered. */
    Problem problem(Throwable thrown, String route) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (failure instanceof Problem problem) {
            return problem;
        }
        if (failure instanceof UnauthorizedException unauthorized) {
            return Problem.of(WireError.UNAUTHORIZED)
                    .with("WWW-Authenticate", unauthorized.tokenGiven() ? "Bearer error=\"invalid_token\"" : "Bearer");
        }
        if (failure instanceof PollsStoppedException) {
            // another node, or this one after its restart, can be asked at once; not over this connection
            return Problem.of(WireError.SERVICE_UNAVAILABLE)
                    .with("Retry-After", "0")
                    .with("Connection", "close");
        }
        if (failure instanceof TooManyPollsException) {
            // some of them are answered every second
            return Problem.of(WireError.RATE_LIMIT).retryAfter(Duration.ofSeconds(1));
        }
        if (failure instanceof KeyReusedException) {
            return Problem.of(WireError.IDEMPOTENCY_KEY_REUSED);
        }
        if (failure instanceof StillUnderWayException) {
            return Problem.of(WireError.SERVICE_UNAVAILABLE).with("Retry-After", "1");
        }
        if (failure instanceof KeysUnavailableException) {
            log.warn("{}: {}", route, failure.getMessage());
            return Problem.of(WireError.SERVICE_UNAVAILABLE).with("Retry-After", "1");
        }
        if (failure instanceof StoreUnavailableException) {
            log.warn("{}: the store is not available: {}", route, failure.getMessage());
            return Problem.of(WireError.SERVICE_UNAVAILABLE).with("Retry-After", "1");
        }
        UUID id = ids.get();
        log.error("Error {} at {}", id, route, failure);
        return Problem.of(WireError.INTERNAL)
                .with(JsonNodeFactory.instance.objectNode().put("errorId", id.toString()));
    }

    /** The answer to a request for what was thrown meanwhile. */
    Reply reply(Throwable thrown, Request request) {
        return problem(thrown, Exchange.of(request).route())
                .reply(Language.of(Call.header(request, "Accept-Language")));
    }

    @Override
    public ErrorBody of(int status, @Nullable Throwable cause, @Nullable String acceptLanguage) {
        Language language = Language.of(acceptLanguage);
        WireError error = WireError.ofStatus(status);
        Problem problem = switch (error) {
            case INTERNAL -> problem(cause == null ? new IllegalStateException("Status " + status) : cause, "no route");
            case VALIDATE -> Problem.invalid("request", "expected a well-formed HTTP request");
            default -> Problem.of(error);
        };
        return new ErrorBody(
                problem.error().status(),
                problem.json(language),
                problem.error() == WireError.SERVICE_UNAVAILABLE ? 1 : -1);
    }
}
