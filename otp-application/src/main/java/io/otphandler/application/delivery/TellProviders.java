package io.otphandler.application.delivery;

import io.otphandler.application.code.CodeKey;
import io.otphandler.application.port.Conclusion;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.ProviderMessages;
import io.otphandler.application.port.SessionListener;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.code.IssuedCode;
import io.otphandler.domain.session.ChannelRun;
import io.otphandler.domain.session.Confirmed;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.Waiting;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those providers that want to hear it what became of their messages: one helped, or its code is dead. As well as
 * it can be: nothing is told again after a crash. Costs nothing where no gateway wants to hear anything. Thread-safe.
 */
public final class TellProviders implements SessionListener {

    private static final Logger log = LoggerFactory.getLogger(TellProviders.class);

    private final ProviderMessages messages;
    private final CodeKey codes;
    private final Executor executor;
    private final Map<String, Gateway> listening;

    public TellProviders(ProviderMessages messages, Gateways gateways, CodeKey codes, Executor executor) {
        this.messages = messages;
        this.codes = codes;
        this.executor = executor;
        this.listening = gateways.all().stream()
                .filter(Gateway::wantsConclusions)
                .collect(Collectors.toMap(Gateway::name, Function.identity()));
    }

    @Override
    public void changed(Session session, List<SessionEvent> events) {
        if (listening.isEmpty() || !mayHaveBeenSentByListeners(session)) {
            return;
        }
        if (session instanceof Confirmed confirmed && happened(events, SessionEvent.Kind.CONFIRMED)) {
            int helped = confirmed.run().dispatch().number();
            conclude(session, number -> number == helped, Conclusion.Kind.HELPED, code(confirmed));
        } else if (session instanceof Waiting waiting && happened(events, SessionEvent.Kind.DISPATCH_REQUESTED)) {
            int current = waiting.run().dispatch().number();
            int left = waiting.run().left() == null ? 0 : waiting.run().left().dispatch();
            if (current > 1) {
                conclude(
                        session,
                        // those before the last were told when it began
                        number -> number == current - 1 && number != left,
                        Conclusion.Kind.SUPERSEDED,
                        null);
            }
        } else if (happened(events, SessionEvent.Kind.CANCELLED)
                || happened(events, SessionEvent.Kind.ATTEMPTS_EXPIRED)
                || happened(events, SessionEvent.Kind.EXHAUSTED)) {
            conclude(session, number -> true, Conclusion.Kind.SUPERSEDED, null);
        }
    }

    private static boolean happened(Collection<SessionEvent> events, SessionEvent.Kind kind) {
        return events.stream().anyMatch(event -> event.kind() == kind);
    }

    private boolean mayHaveBeenSentByListeners(Session session) {
        return session.terms().legs().stream()
                .flatMap(leg -> leg.channel().gateways().stream())
                .anyMatch(listening::containsKey);
    }

    /** Ours, of the current message; null: somebody else chose it, or it may have been the one of the channel before. */
    private @Nullable Code code(Confirmed confirmed) {
        ChannelRun run = confirmed.run();
        return run.left() != null || run.dispatch().chosen() != null
                ? null
                : codes.derive(new IssuedCode(
                        confirmed.id().value(),
                        run.dispatch().number(),
                        run.leg(confirmed.terms()).channel().settings().code(),
                        null,
                        confirmed.terms().codeKey()));
    }

    private void conclude(Session session, Predicate<Integer> dispatches, Conclusion.Kind kind, @Nullable Code code) {
        try {
            executor.execute(() -> tell(session, dispatches, new Conclusion(kind, code)));
        } catch (RejectedExecutionException e) {
            log.debug("The process is stopping: providers are not told of session {}", session.id());
        }
    }

    private void tell(Session session, Predicate<Integer> dispatches, Conclusion conclusion) {
        try {
            for (ProviderMessage message : messages.of(session.id())) {
                DispatchId dispatch = message.dispatch();
                Gateway gateway = listening.get(message.gateway());
                if (gateway != null && dispatches.test(dispatch.number())) {
                    gateway.conclude(message, conclusion);
                }
            }
        } catch (StoreUnavailableException e) {
            log.debug("Providers are not told of session {}: {}", session.id(), e.getMessage());
        }
    }
}
