package io.otphandler.bootstrap.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What clients do, round after round. */
final class Rounds {

    /** Every so many-th visitor of the mixed scenario mistypes the code first, … */
    private static final int WRONG_EVERY = 3;
    /** … and every so many-th also waits in another window for the confirmation. */
    private static final int WAITING_EVERY = 4;

    private final Target target;
    private final UUID widget;
    private final Measures measures;
    private final Recipients recipients = new Recipients();

    Rounds(Target target, UUID widget, Measures measures) {
        this.target = target;
        this.widget = widget;
        this.measures = measures;
    }

    Measures measures() {
        return measures;
    }

    Visitor visitor() {
        return new Visitor(target, widget, measures);
    }

    String recipient() {
        return recipients.next();
    }

    /** Clients that ask a server that does nothing. */
    List<Load.Client> noops(int count) {
        return clients(count, visitor -> visitor.noop());
    }

    /** @param code that the provider always chooses; null: the sandbox is asked for each */
    List<Load.Client> flows(int count, @Nullable String code) {
        return clients(count, visitor -> flow(visitor, code));
    }

    List<Load.Client> mixed(int count, @Nullable String code, PollHolder polls) {
        List<Load.Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(new Mixed(visitor(), code, polls));
        }
        return clients;
    }

    /** Send, wait for the message, type its code, and be told so. */
    boolean flow(Visitor visitor, @Nullable String code) {
        long start = System.nanoTime();
        String recipient = recipient();
        String requestId = visitor.send(recipient);
        if (requestId == null || !visitor.awaitChannel(requestId)) {
            return false;
        }
        String typed = code == null ? visitor.readCode(recipient) : code;
        if (typed == null || !visitor.checkCode(requestId, typed) || !visitor.complete(requestId, recipient)) {
            return false;
        }
        measures.record(Step.FLOW, System.nanoTime() - start);
        return true;
    }

    private final class Mixed implements Load.Client {
        private final Visitor visitor;
        private final @Nullable String code;
        private final PollHolder polls;
        private int rounds;

        Mixed(Visitor visitor, @Nullable String code, PollHolder polls) {
            this.visitor = visitor;
            this.code = code;
            this.polls = polls;
        }

        @Override
        public boolean round() {
            rounds++;
            long start = System.nanoTime();
            String recipient = recipient();
            String requestId = visitor.send(recipient);
            if (requestId == null || !visitor.awaitChannel(requestId)) {
                return false;
            }
            PollHolder.Held held = rounds % WAITING_EVERY == 0 ? polls.hold(requestId, recipient) : null;
            String typed = code == null ? visitor.readCode(recipient) : code;
            boolean done = typed != null
                    && visitor.readChannel(requestId)
                    && visitor.readStatus(requestId, recipient, false)
                    && (rounds % WRONG_EVERY != 0 || visitor.checkWrongCode(requestId))
                    && confirm(requestId, typed, held)
                    && (held == null || held.awaitAnswer())
                    && visitor.readStatus(requestId, recipient, true)
                    && visitor.complete(requestId, recipient);
            if (done) {
                measures.record(Step.FLOW, System.nanoTime() - start);
            }
            return done;
        }

        private boolean confirm(String requestId, String typed, PollHolder.@Nullable Held held) {
            if (held != null) {
                held.confirming();
            }
            return visitor.checkCode(requestId, typed);
        }

        @Override
        public void close() {
            visitor.close();
        }
    }

    /** What one client does with its connection. */
    @FunctionalInterface
    interface Round {
        boolean of(Visitor visitor);
    }

    List<Load.Client> clients(int count, Round round) {
        List<Load.Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Visitor visitor = visitor();
            clients.add(new Load.Client() {
                @Override
                public boolean round() {
                    return round.of(visitor);
                }

                @Override
                public void close() {
                    visitor.close();
                }
            });
        }
        return clients;
    }
}
